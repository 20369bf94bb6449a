-- Keys to /rest. Of a key itself only a digest is kept; a row without one opens nothing.
CREATE TABLE api_keys (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    name text NOT NULL,
    digest text,
    scopes text NOT NULL,
    expires_at timestamp,
    revoked_at timestamp,
    last_used_at timestamp,
    created_by bigint,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by)
        REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX api_keys_workspace_id_digest ON api_keys (workspace_id, digest);
