-- Which side of a workspace holds an account: personal or workspace, never both.
-- key: 'u:' and the digest of the external id, or 'h:' and the handle of an account without one.
CREATE TABLE social_claims (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    provider text NOT NULL,
    key text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('personal', 'workspace')),
    PRIMARY KEY (workspace_id, provider, key)
);
CREATE UNIQUE INDEX social_claims_workspace_id_provider_key_scope
    ON social_claims (workspace_id, provider, key, scope);

CREATE TABLE social_accounts (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    uuid text NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    provider text NOT NULL,
    key text NOT NULL,
    handle text NOT NULL,
    scope text NOT NULL,
    owner_id bigint,
    connected_by bigint,
    screen_name text NOT NULL,
    twitter_nickname text NOT NULL,
    logo_url text NOT NULL,
    nickname text NOT NULL,
    account_verified boolean NOT NULL,
    location text,
    external_id text CHECK (external_id LIKE 'enc:v1:%'),
    access_token text CHECK (access_token LIKE 'enc:v1:%'),
    refresh_token text CHECK (refresh_token LIKE 'enc:v1:%'),
    scopes text NOT NULL,
    handle_aliases text NOT NULL,
    last_sync_history_id text NOT NULL,
    auth_failed_at timestamp,
    refreshed_at timestamp NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (workspace_id, id),
    CHECK ((owner_id IS NULL) = (scope = 'workspace')),
    FOREIGN KEY (workspace_id, provider, key, scope)
        REFERENCES social_claims (workspace_id, provider, key, scope) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, owner_id)
        REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, connected_by)
        REFERENCES memberships (workspace_id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX social_accounts_workspace_id_uuid ON social_accounts (workspace_id, uuid);
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key_owner_id
    ON social_accounts (workspace_id, provider, key, owner_id) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key
    ON social_accounts (workspace_id, provider, key) WHERE owner_id IS NULL;
CREATE INDEX social_accounts_workspace_id_provider_key_scope
    ON social_accounts (workspace_id, provider, key, scope);
CREATE INDEX social_accounts_workspace_id_provider_handle ON social_accounts (workspace_id, provider, handle);
CREATE INDEX social_accounts_workspace_id_owner_id ON social_accounts (workspace_id, owner_id);

CREATE TABLE account_shares (
    workspace_id bigint NOT NULL,
    account_id bigint NOT NULL,
    team_id bigint NOT NULL,
    PRIMARY KEY (workspace_id, account_id, team_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES social_accounts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX account_shares_workspace_id_team_id ON account_shares (workspace_id, team_id);
