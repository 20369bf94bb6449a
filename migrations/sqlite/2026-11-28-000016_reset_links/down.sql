ALTER TABLE users ADD COLUMN reset_digest text;
ALTER TABLE users ADD COLUMN reset_expires_at timestamp;
CREATE UNIQUE INDEX users_reset_digest ON users (reset_digest);
DROP TABLE reset_links;
