ALTER TABLE sealing_keys ADD COLUMN retired_at timestamp;

-- The running processes: the keys that each holds, and those it may seal with.
CREATE TABLE key_holders (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    held text NOT NULL,
    sealing text NOT NULL,
    seen_at timestamp NOT NULL
);

-- A fingerprint is sealed like everything else, so that it can be sealed anew with another key. A row lives for a day.
DROP TABLE idempotency_keys;
CREATE TABLE idempotency_keys (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL CHECK (fingerprint LIKE 'enc:v1:%'),
    status integer NOT NULL,
    answer text NOT NULL CHECK (answer LIKE 'enc:v1:%'),
    expires_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, caller, key)
);
CREATE INDEX idempotency_keys_workspace_id_expires_at ON idempotency_keys (workspace_id, expires_at);

-- Earlier builds store fingerprints that are not sealed, and know nothing of retired keys.
UPDATE schema_state SET oldest_version_that_may_serve = '20261128000027';
