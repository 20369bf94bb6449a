-- The links that reset a person's password; the last three are valid.
CREATE TABLE reset_links (
    digest text NOT NULL PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);
CREATE INDEX reset_links_user_id ON reset_links (user_id);
CREATE INDEX reset_links_expires_at ON reset_links (expires_at);
INSERT INTO reset_links (digest, user_id, expires_at)
    SELECT reset_digest, id, reset_expires_at FROM users WHERE reset_digest IS NOT NULL AND reset_expires_at IS NOT NULL;
DROP INDEX users_reset_digest;
ALTER TABLE users DROP COLUMN reset_digest;
ALTER TABLE users DROP COLUMN reset_expires_at;
