-- The number of accounts of each workspace, scope and network, kept by triggers: to count them, lists would read every
-- account. A row changes only in transactions that have the lock of its workspace.
CREATE TABLE account_counts (
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    scope text NOT NULL,
    provider text NOT NULL,
    accounts bigint NOT NULL,
    PRIMARY KEY (workspace_id, scope, provider)
) WITHOUT ROWID;

CREATE TRIGGER social_accounts_count_insert AFTER INSERT ON social_accounts BEGIN
    INSERT INTO account_counts (workspace_id, scope, provider, accounts)
    VALUES (NEW.workspace_id, NEW.scope, NEW.provider, 1)
    ON CONFLICT (workspace_id, scope, provider) DO UPDATE SET accounts = accounts + 1;
END;

CREATE TRIGGER social_accounts_count_delete AFTER DELETE ON social_accounts BEGIN
    UPDATE account_counts SET accounts = accounts - 1
    WHERE workspace_id = OLD.workspace_id AND scope = OLD.scope AND provider = OLD.provider;
END;

CREATE TRIGGER social_accounts_count_update AFTER UPDATE OF workspace_id, scope, provider ON social_accounts BEGIN
    UPDATE account_counts SET accounts = accounts - 1
    WHERE workspace_id = OLD.workspace_id AND scope = OLD.scope AND provider = OLD.provider;
    INSERT INTO account_counts (workspace_id, scope, provider, accounts)
    VALUES (NEW.workspace_id, NEW.scope, NEW.provider, 1)
    ON CONFLICT (workspace_id, scope, provider) DO UPDATE SET accounts = accounts + 1;
END;

INSERT INTO account_counts (workspace_id, scope, provider, accounts)
SELECT workspace_id, scope, provider, count(*) FROM social_accounts GROUP BY workspace_id, scope, provider;
