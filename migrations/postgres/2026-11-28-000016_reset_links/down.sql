ALTER TABLE users ADD COLUMN reset_digest text COLLATE "C";
ALTER TABLE users ADD COLUMN reset_expires_at timestamp(3);
CREATE UNIQUE INDEX users_reset_digest ON users (reset_digest);
DROP TABLE reset_links;
