DROP TABLE idempotency_keys;
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
DROP TABLE key_holders;
ALTER TABLE sealing_keys DROP COLUMN retired_at;
UPDATE schema_state SET oldest_version_that_may_serve = '20261128000025';
