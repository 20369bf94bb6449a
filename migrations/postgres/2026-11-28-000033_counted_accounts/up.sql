-- The number of accounts of each workspace, scope and network, kept by triggers: to count them, lists would read every
-- account. A row changes only in transactions that have the lock of its workspace. It changes often, so its page has
-- free space for its next version.
CREATE TABLE account_counts (
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    scope text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    accounts bigint NOT NULL,
    PRIMARY KEY (workspace_id, scope, provider)
) WITH (fillfactor = 50);

CREATE FUNCTION count_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE account_counts SET accounts = accounts - 1
        WHERE workspace_id = OLD.workspace_id AND scope = OLD.scope AND provider = OLD.provider;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO account_counts (workspace_id, scope, provider, accounts)
        VALUES (NEW.workspace_id, NEW.scope, NEW.provider, 1)
        ON CONFLICT (workspace_id, scope, provider) DO UPDATE SET accounts = account_counts.accounts + 1;
    END IF;
    RETURN NULL;
END $$;

-- Until this transaction ends, nobody else can insert an account, so what is counted below stays true.
CREATE TRIGGER social_accounts_count
AFTER INSERT OR DELETE OR UPDATE OF workspace_id, scope, provider ON social_accounts
FOR EACH ROW EXECUTE FUNCTION count_account();

INSERT INTO account_counts (workspace_id, scope, provider, accounts)
SELECT workspace_id, scope, provider, count(*) FROM social_accounts GROUP BY workspace_id, scope, provider;
