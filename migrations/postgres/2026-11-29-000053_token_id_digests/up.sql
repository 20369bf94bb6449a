-- The keyed digest of the external id with which the token of an account begins, if the account has no external id. A
-- consent looks for it. Those of accounts that are here already are stored when this has run, because tokens are sealed.
ALTER TABLE social_accounts ADD COLUMN token_id_digest text COLLATE "C";
CREATE INDEX social_accounts_workspace_id_provider_token_id_digest
    ON social_accounts (workspace_id, provider, token_id_digest) WHERE token_id_digest IS NOT NULL;
