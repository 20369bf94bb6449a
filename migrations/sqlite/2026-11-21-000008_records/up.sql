-- How a person likes to be shown things: seen as a workspaceMember, kept with the person.
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';
ALTER TABLE users ADD COLUMN time_zone text NOT NULL DEFAULT 'system';
ALTER TABLE users ADD COLUMN date_format text NOT NULL DEFAULT 'SYSTEM';
ALTER TABLE users ADD COLUMN time_format text NOT NULL DEFAULT 'SYSTEM';
ALTER TABLE users ADD COLUMN color_scheme text NOT NULL DEFAULT 'System';
ALTER TABLE users ADD COLUMN position real NOT NULL DEFAULT 0;

-- The same tables under the names and columns of the objects.
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
    account.owner_id AS owner_user_id
FROM social_accounts AS account
LEFT JOIN memberships AS owner
    ON owner.workspace_id = account.workspace_id AND owner.user_id = account.owner_id;

CREATE VIEW workspace_members AS
SELECT
    member.workspace_id,
    member.uuid AS id,
    member.created_at,
    person.updated_at,
    NULL AS deleted_at,
    person.email AS user_email,
    person.time_format,
    person.date_format,
    person.time_zone,
    person.uuid AS user_id,
    person.position,
    coalesce(person.first_name, '') AS name_first_name,
    coalesce(person.last_name, '') AS name_last_name,
    person.color_scheme,
    person.locale,
    coalesce(person.avatar_image, '') AS avatar_url
FROM memberships AS member
INNER JOIN users AS person ON person.id = member.user_id;

CREATE VIEW api_key_records AS
SELECT workspace_id, id, created_at, updated_at, NULL AS deleted_at, revoked_at, expires_at, name
FROM api_keys;

CREATE INDEX social_accounts_workspace_id_created_at_uuid ON social_accounts (workspace_id, created_at, uuid);
CREATE INDEX social_accounts_workspace_id_provider_owner_id ON social_accounts (workspace_id, provider, owner_id);

-- Who was shown a token, of which account, and when. It outlives the account and the reader.
CREATE TABLE token_readings (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    object text NOT NULL,
    record_id text NOT NULL,
    fields text NOT NULL,
    user_id bigint,
    api_key_id text,
    read_at timestamp NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX token_readings_workspace_id_record_id_read_at ON token_readings (workspace_id, record_id, read_at);
CREATE INDEX token_readings_workspace_id_read_at ON token_readings (workspace_id, read_at);
