ALTER TABLE invites DROP COLUMN delivery_failed_at;
