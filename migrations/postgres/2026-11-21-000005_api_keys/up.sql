-- Keys to /rest. Of a key itself only a digest is kept; a row without one opens nothing.
CREATE TABLE api_keys (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    digest text COLLATE "C",
    scopes text COLLATE "C" NOT NULL,
    expires_at timestamp(3),
    revoked_at timestamp(3),
    last_used_at timestamp(3),
    created_by bigint,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by)
        REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX api_keys_workspace_id_digest ON api_keys (workspace_id, digest);
