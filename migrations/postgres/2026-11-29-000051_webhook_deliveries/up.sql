-- A webhook is called while off_because is null. failing_since: the first failure since its last delivery.
ALTER TABLE webhooks
    ADD COLUMN off_because text COLLATE "C"
        CHECK (off_because = 'not_confirmed' OR off_because = 'gone' OR off_because = 'nothing_delivered'),
    ADD COLUMN failing_since timestamp(3);
-- Whoever wrote them could not expect that they are called.
UPDATE webhooks SET off_because = 'not_confirmed';

-- The calls of webhooks, a row for each event and webhook that asks for it. A delivery waits until it has an outcome.
-- id: of the message, which is the same for all webhooks that ask for the event, and grows with time.
-- event_id and record_id are null in a test. fields: those that an update changed, separated by commas.
-- queued_at: when it was created or sent again. While a delivery is leased, due_at is when the lease ends.
CREATE TABLE webhook_deliveries (
    workspace_id bigint NOT NULL,
    webhook_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id bigint,
    record_id text COLLATE "C",
    event_name text COLLATE "C" NOT NULL,
    fields text COLLATE "C",
    record text COLLATE "C" NOT NULL CHECK (record LIKE 'enc:v1:%'),
    created_at timestamp(3) NOT NULL,
    queued_at timestamp(3) NOT NULL,
    due_at timestamp(3) NOT NULL,
    lease uuid,
    attempts integer NOT NULL,
    attempted_at timestamp(3),
    status integer,
    last_error text COLLATE "C",
    outcome text COLLATE "C" CHECK (outcome = 'delivered' OR outcome = 'given_up' OR outcome = 'switched_off'),
    PRIMARY KEY (workspace_id, webhook_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at
    ON webhook_deliveries (workspace_id, webhook_id, due_at) WHERE outcome IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_record_id
    ON webhook_deliveries (workspace_id, webhook_id, record_id) WHERE outcome IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id ON webhook_deliveries (workspace_id, webhook_id)
    WHERE lease IS NOT NULL;

-- Whether the operations of a webhook ask for an event. On SQLite, Roster provides this function.
CREATE FUNCTION asks_for(operations text, event_name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(
        jsonb_exists_any(
            operations::jsonb,
            ARRAY[
                event_name, split_part(event_name, '.', 1) || '.*', '*.' || split_part(event_name, '.', 2), '*.*']),
        false)
$$;

-- Connects accounts that nobody has, as connect_unheld_accounts does, which an older process may still call; with the
-- events of the new accounts and their deliveries, and with as many statements for many requests as for one. No two requests
-- may be for the same account of a workspace. The answers are in the order of the requests:
--   {"connected": 7}       the id of the new account
--   {"held": [...]}        nothing was inserted; these accounts may be the wanted one, oldest first
--   {"asked_for": {...}}   nothing was inserted; webhooks ask for the event, and the request has no message for them, or one
--                          that does not name this account_owner, the member whom the record in it has to name
--   NULL                   nothing was inserted; another transaction has the workspace, or a condition is not met
-- What the second statement reads was committed before it, and stays true until COMMIT because of the locks of the first.
-- The plans are for a few requests and large tables, whatever the tables' sizes were when they were made.
CREATE FUNCTION connect_unheld_accounts_with_deliveries(workspace_ids bigint[], user_ids bigint[], requests text)
RETURNS SETOF text LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    locked bigint[];
BEGIN
    -- Only of workspaces where the people are, so that nobody locks another.
    locked := ARRAY(
        SELECT id FROM workspaces
        WHERE id IN (
            SELECT users.workspace_id FROM unnest(workspace_ids, user_ids) AS request (workspace_id, user_id)
            JOIN users ON users.id = request.user_id AND users.workspace_id = request.workspace_id)
        FOR NO KEY UPDATE SKIP LOCKED);
    RETURN QUERY
    WITH allowed AS MATERIALIZED (
        SELECT request.place, request.account, request.event, request.message,
            CASE WHEN (request.account).owner_id IS NOT NULL THEN memberships.uuid END AS account_owner,
            EXISTS (
                SELECT FROM webhooks
                WHERE webhooks.workspace_id = users.workspace_id AND webhooks.off_because IS NULL
                    AND asks_for(webhooks.operations, (request.event).object || '.' || (request.event).verb)
            ) AS is_asked_for,
            coalesce(
                nullif(concat_ws(' ', nullif(users.first_name, ''), nullif(users.last_name, '')), ''),
                users.email) AS actor_name
        FROM ROWS FROM (
            jsonb_to_recordset(requests::jsonb) AS (
                session uuid, user_id bigint, used_after timestamp, roles integer[], signing_key text,
                network text, network_used_after timestamp, account social_accounts, event events,
                message jsonb)
            ) WITH ORDINALITY AS request (
                session, user_id, used_after, roles, signing_key, network, network_used_after, account, event, message,
                place)
        JOIN sessions ON sessions.uuid = request.session
        JOIN users ON users.id = sessions.user_id
        JOIN memberships ON memberships.workspace_id = users.workspace_id AND memberships.user_id = users.id
        JOIN known_networks ON known_networks.user_id = users.id AND known_networks.network = request.network
        WHERE (request.account).workspace_id = ANY (locked)
            AND sessions.user_id = request.user_id
            AND sessions.last_used_at > request.used_after
            AND sessions.last_used_at > sessions.created_at
            AND users.workspace_id = (request.account).workspace_id
            AND memberships.role = ANY (request.roles)
            AND known_networks.last_used_at > request.network_used_after
            AND EXISTS (SELECT FROM sealing_keys WHERE id = request.signing_key AND retired_at IS NULL)
    ), asked_for AS MATERIALIZED (
        SELECT place, account_owner
        FROM allowed
        WHERE is_asked_for
            AND (message IS NULL OR (message ->> 'account_owner')::uuid IS DISTINCT FROM account_owner)
    ), holders AS (
        SELECT allowed.place, held.id, held.owner_id, held.key, held.handle, held.created_at
        FROM allowed
        JOIN social_accounts held ON held.workspace_id = (allowed.account).workspace_id
            AND held.provider = (allowed.account).provider AND held.handle = (allowed.account).handle
        UNION
        SELECT allowed.place, held.id, held.owner_id, held.key, held.handle, held.created_at
        FROM allowed
        JOIN social_accounts held ON held.workspace_id = (allowed.account).workspace_id
            AND held.provider = (allowed.account).provider AND held.key = (allowed.account).key
    ), held AS MATERIALIZED (
        SELECT holders.place,
            jsonb_agg(
                jsonb_build_object(
                    'account_id', holders.id, 'owner_id', holders.owner_id, 'key', holders.key,
                    'handle', holders.handle, 'email', users.email)
                ORDER BY holders.created_at, holders.id) AS accounts
        FROM holders
        LEFT JOIN users ON users.id = holders.owner_id
        GROUP BY holders.place
    ), unheld AS MATERIALIZED (
        SELECT (allowed.account).*, allowed.place, allowed.event, allowed.actor_name, allowed.message,
            allowed.is_asked_for
        FROM allowed
        WHERE NOT EXISTS (SELECT FROM held WHERE held.place = allowed.place)
            AND NOT EXISTS (SELECT FROM asked_for WHERE asked_for.place = allowed.place)
    ), claimed AS (
        INSERT INTO social_claims (workspace_id, provider, key, scope)
        SELECT workspace_id, provider, key, scope FROM unheld
        ON CONFLICT DO NOTHING
    ), connected AS (
        INSERT INTO social_accounts (
            uuid, workspace_id, provider, key, handle, scope, owner_id, connected_by, screen_name, twitter_nickname,
            logo_url, nickname, account_verified, location, external_id, access_token, refresh_token, scopes,
            handle_aliases, last_sync_history_id, auth_failed_at, refreshed_at, created_at, updated_at)
        SELECT
            uuid, workspace_id, provider, key, handle, scope, owner_id, connected_by, screen_name, twitter_nickname,
            logo_url, nickname, account_verified, location, external_id, access_token, refresh_token, scopes,
            handle_aliases, last_sync_history_id, auth_failed_at, refreshed_at, created_at, updated_at
        FROM unheld
        RETURNING id, uuid
    ), recorded AS (
        INSERT INTO events (
            workspace_id, at, actor_kind, actor_id, actor_name, verb, object, record_id, label, person_id, change,
            fields)
        SELECT
            (event).workspace_id, (event).at, (event).actor_kind, (event).actor_id, actor_name, (event).verb,
            (event).object, (event).record_id, (event).label, (event).person_id, (event).change, (event).fields
        FROM unheld
        RETURNING id, workspace_id, at, object || '.' || verb AS event_name, record_id
    ), delivered AS (
        INSERT INTO webhook_deliveries (
            workspace_id, webhook_id, id, event_id, record_id, event_name, record, created_at, queued_at, due_at,
            attempts)
        SELECT
            webhooks.workspace_id, webhooks.id, (unheld.message ->> 'id')::uuid, recorded.id, recorded.record_id,
            recorded.event_name, unheld.message ->> 'record', recorded.at, recorded.at, recorded.at, 0
        FROM unheld
        JOIN recorded ON recorded.record_id = (unheld.event).record_id
        JOIN webhooks ON webhooks.workspace_id = recorded.workspace_id AND webhooks.off_because IS NULL
            AND asks_for(webhooks.operations, recorded.event_name)
        WHERE unheld.is_asked_for
    )
    SELECT
        CASE
            WHEN asked_for.place IS NOT NULL THEN
                jsonb_build_object('asked_for', jsonb_build_object('account_owner', asked_for.account_owner))::text
            WHEN held.accounts IS NOT NULL THEN jsonb_build_object('held', held.accounts)::text
            WHEN connected.id IS NOT NULL THEN jsonb_build_object('connected', connected.id)::text
        END
    FROM generate_series(1, cardinality(user_ids)) AS request (place)
    LEFT JOIN asked_for ON asked_for.place = request.place
    LEFT JOIN held ON held.place = request.place
    LEFT JOIN unheld ON unheld.place = request.place
    LEFT JOIN connected ON connected.uuid = unheld.uuid
    ORDER BY request.place;
END $$;
