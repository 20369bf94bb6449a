DROP TRIGGER social_accounts_count_insert;
DROP TRIGGER social_accounts_count_delete;
DROP TRIGGER social_accounts_count_update;
DROP TABLE account_counts;
