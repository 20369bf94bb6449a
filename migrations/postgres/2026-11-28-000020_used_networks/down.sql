DROP INDEX known_networks_last_used_at;
ALTER TABLE known_networks RENAME COLUMN last_used_at TO last_sign_in_at;
CREATE INDEX known_networks_last_sign_in_at ON known_networks (last_sign_in_at);
