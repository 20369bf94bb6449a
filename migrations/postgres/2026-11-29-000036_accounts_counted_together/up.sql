-- Counts the accounts of one statement together.
CREATE FUNCTION count_new_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_counts (workspace_id, scope, provider, accounts)
    SELECT workspace_id, scope, provider, count(*) FROM new_accounts GROUP BY workspace_id, scope, provider
    ON CONFLICT (workspace_id, scope, provider) DO UPDATE
        SET accounts = account_counts.accounts + EXCLUDED.accounts;
    RETURN NULL;
END $$;

CREATE TRIGGER social_accounts_count_new AFTER INSERT ON social_accounts REFERENCING NEW TABLE AS new_accounts
FOR EACH STATEMENT EXECUTE FUNCTION count_new_accounts();

DROP TRIGGER social_accounts_count ON social_accounts;
CREATE TRIGGER social_accounts_count AFTER DELETE OR UPDATE OF workspace_id, scope, provider ON social_accounts
FOR EACH ROW EXECUTE FUNCTION count_account();
