-- Why a network is not asked for new tokens at the moment: it refuses the app of this service.
CREATE TABLE network_breakers (
    provider text NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    since timestamp NOT NULL,
    open_until timestamp NOT NULL,
    attempts integer NOT NULL
);

-- The tokens that were granted before they could be refreshed.
UPDATE grants SET next_attempt_at = coalesce(expires_at, granted_at) WHERE next_attempt_at IS NULL;

-- With the grant of an account, whose token may have to be refreshed before it is shown.
DROP VIEW connected_accounts;
CREATE VIEW connected_accounts AS
SELECT
    account.workspace_id,
    account.uuid AS id,
    account.created_at,
    account.updated_at,
    NULL AS deleted_at,
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
    account.owner_id AS owner_user_id,
    token_grant.id AS grant_id,
    token_grant.expires_at AS token_expires_at,
    token_grant.last_read_at AS token_read_at
FROM social_accounts AS account
LEFT JOIN memberships AS owner
    ON owner.workspace_id = account.workspace_id AND owner.user_id = account.owner_id
LEFT JOIN grants AS token_grant
    ON token_grant.workspace_id = account.workspace_id AND token_grant.id = account.grant_id;
