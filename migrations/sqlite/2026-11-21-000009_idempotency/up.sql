-- What was answered to a create that came with a key of its own, so that the same request is answered the same.
CREATE TABLE idempotency_keys (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    answer text NOT NULL CHECK (answer LIKE 'enc:v1:%'),
    expires_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, caller, key)
);
CREATE INDEX idempotency_keys_workspace_id_expires_at ON idempotency_keys (workspace_id, expires_at);
