-- The time of the last sweep, and when a sweep first saw a clock that had jumped.
ALTER TABLE installation ADD COLUMN swept_at timestamp;
ALTER TABLE installation ADD COLUMN clock_doubted_at timestamp;
