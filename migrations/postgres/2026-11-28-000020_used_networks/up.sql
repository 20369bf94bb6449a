-- A network becomes known by every use of a session from it, not only by a sign-in.
ALTER TABLE known_networks RENAME COLUMN last_sign_in_at TO last_used_at;
DROP INDEX known_networks_last_sign_in_at;
CREATE INDEX known_networks_last_used_at ON known_networks (last_used_at);
