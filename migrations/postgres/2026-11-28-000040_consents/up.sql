-- One attempt to connect an account on a network's own page. The outcome holds tokens until it is known whose they are,
-- and then what the network says of the accounts.
CREATE TABLE consents (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    session uuid NOT NULL,
    provider text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('personal', 'workspace')),
    account_id bigint,
    location text COLLATE "C",
    state_digest text COLLATE "C" NOT NULL,
    verifier text COLLATE "C" CHECK (verifier LIKE 'enc:v1:%'),
    redirect_url text COLLATE "C" NOT NULL,
    return_url text COLLATE "C",
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('pending', 'redeeming', 'identifying', 'granted', 'denied', 'failed', 'used')),
    reason text COLLATE "C",
    outcome text COLLATE "C" CHECK (outcome LIKE 'enc:v1:%'),
    grant_id uuid,
    leased_until timestamp(3),
    expires_at timestamp(3) NOT NULL,
    created_at timestamp(3) NOT NULL,
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
    id uuid NOT NULL,
    provider text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    access_token text COLLATE "C" CHECK (access_token LIKE 'enc:v1:%'),
    refresh_token text COLLATE "C" CHECK (refresh_token LIKE 'enc:v1:%'),
    scopes text COLLATE "C" NOT NULL,
    expires_at timestamp(3),
    version bigint NOT NULL,
    leased_until timestamp(3),
    sent_at timestamp(3),
    attempts integer NOT NULL,
    next_attempt_at timestamp(3),
    state text COLLATE "C" NOT NULL CHECK (state IN ('ok', 'needs_reconnect', 'unknown', 'paused')),
    reason text COLLATE "C",
    granted_at timestamp(3) NOT NULL,
    last_checked_at timestamp(3),
    last_read_at timestamp(3),
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX grants_workspace_id_provider_key ON grants (workspace_id, provider, key);
CREATE INDEX grants_next_attempt_at ON grants (next_attempt_at);

-- The grant of an account that was itself connected by consent. It has no foreign key, which SQLite cannot add to a table.
ALTER TABLE social_accounts ADD COLUMN grant_id uuid;
CREATE INDEX social_accounts_workspace_id_grant_id ON social_accounts (workspace_id, grant_id);
