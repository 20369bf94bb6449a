ALTER TABLE installation DROP COLUMN clock_doubted_at;
ALTER TABLE installation DROP COLUMN swept_at;
