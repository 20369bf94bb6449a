DROP TRIGGER social_accounts_count_new ON social_accounts;
DROP FUNCTION count_new_accounts();
DROP TRIGGER social_accounts_count ON social_accounts;
CREATE TRIGGER social_accounts_count
AFTER INSERT OR DELETE OR UPDATE OF workspace_id, scope, provider ON social_accounts
FOR EACH ROW EXECUTE FUNCTION count_account();
