DROP TRIGGER social_accounts_count ON social_accounts;
DROP FUNCTION count_account();
DROP TABLE account_counts;
