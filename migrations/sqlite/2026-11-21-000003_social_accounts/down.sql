DROP TABLE account_shares;
DROP TABLE social_accounts;
DROP TABLE social_claims;
