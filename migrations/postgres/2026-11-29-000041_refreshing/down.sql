DROP VIEW connected_accounts;
CREATE VIEW connected_accounts AS
SELECT
    account.workspace_id,
    account.uuid AS id,
    account.created_at,
    account.updated_at,
    NULL::timestamp(3) AS deleted_at,
    ltrim(account.twitter_nickname, '@') AS handle,
    account.provider,
    account.access_token,
    account.refresh_token,
    account.last_sync_history_id,
    account.auth_failed_at,
    account.handle_aliases,
    account.scopes,
    owner.uuid AS account_owner_id,
    account.id AS account_id,
    account.owner_id AS owner_user_id
FROM social_accounts AS account
LEFT JOIN memberships AS owner
    ON owner.workspace_id = account.workspace_id AND owner.user_id = account.owner_id;
DROP TABLE network_breakers;
