-- When the last letter with its link was given up.
ALTER TABLE invites ADD COLUMN delivery_failed_at timestamp;
