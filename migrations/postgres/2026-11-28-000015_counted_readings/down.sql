ALTER TABLE token_readings DROP COLUMN times;
