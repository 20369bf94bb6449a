-- Repeated readings of one caller, record and hour are one row, with the time of the last one.
ALTER TABLE token_readings ADD COLUMN times integer NOT NULL DEFAULT 1;
