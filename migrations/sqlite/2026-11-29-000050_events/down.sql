DROP TABLE events;
ALTER TABLE installation DROP COLUMN events_kept_since;
