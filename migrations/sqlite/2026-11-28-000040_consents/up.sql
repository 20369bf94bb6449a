-- One attempt to connect an account on a network's own page. The outcome holds tokens until it is known whose they are,
-- and then what the network says of the accounts.
CREATE TABLE consents (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    user_id bigint NOT NULL,
    session text NOT NULL,
    provider text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('personal', 'workspace')),
    account_id bigint,
    location text,
    state_digest text NOT NULL,
    verifier text CHECK (verifier LIKE 'enc:v1:%'),
    redirect_url text NOT NULL,
    return_url text,
    status text NOT NULL
        CHECK (status IN ('pending', 'redeeming', 'identifying', 'granted', 'denied', 'failed', 'used')),
    reason text,
    outcome text CHECK (outcome LIKE 'enc:v1:%'),
    grant_id text,
    leased_until timestamp,
    expires_at timestamp NOT NULL,
    created_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX consents_workspace_id_state_digest ON consents (workspace_id, state_digest);
CREATE INDEX consents_workspace_id_user_id ON consents (workspace_id, user_id);
CREATE INDEX consents_workspace_id_grant_id ON consents (workspace_id, grant_id);
CREATE INDEX consents_expires_at ON consents (expires_at);

-- What a network gave: one living pair of tokens for each identity of a workspace.
-- key: as of accounts with an external id, 'u:' and the digest.
CREATE TABLE grants (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    provider text NOT NULL,
    key text NOT NULL,
    access_token text CHECK (access_token LIKE 'enc:v1:%'),
    refresh_token text CHECK (refresh_token LIKE 'enc:v1:%'),
    scopes text NOT NULL,
    expires_at timestamp,
    version bigint NOT NULL,
    leased_until timestamp,
    sent_at timestamp,
    attempts integer NOT NULL,
    next_attempt_at timestamp,
    state text NOT NULL CHECK (state IN ('ok', 'needs_reconnect', 'unknown', 'paused')),
    reason text,
    granted_at timestamp NOT NULL,
    last_checked_at timestamp,
    last_read_at timestamp,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX grants_workspace_id_provider_key ON grants (workspace_id, provider, key);
CREATE INDEX grants_next_attempt_at ON grants (next_attempt_at);

-- The grant of an account that was itself connected by consent. It has no foreign key, which SQLite cannot add to a table.
ALTER TABLE social_accounts ADD COLUMN grant_id text;
CREATE INDEX social_accounts_workspace_id_grant_id ON social_accounts (workspace_id, grant_id);
