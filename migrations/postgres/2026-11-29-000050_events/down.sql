DROP TABLE events;
DROP FUNCTION keep_event();
ALTER TABLE installation DROP COLUMN events_kept_since;
