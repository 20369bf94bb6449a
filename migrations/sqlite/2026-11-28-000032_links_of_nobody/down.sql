CREATE TABLE reset_links_new (
    digest text NOT NULL PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);
INSERT INTO reset_links_new SELECT digest, user_id, expires_at FROM reset_links WHERE user_id IS NOT NULL;
DROP TABLE reset_links;
ALTER TABLE reset_links_new RENAME TO reset_links;
CREATE INDEX reset_links_user_id ON reset_links (user_id);
CREATE INDEX reset_links_expires_at ON reset_links (expires_at);
