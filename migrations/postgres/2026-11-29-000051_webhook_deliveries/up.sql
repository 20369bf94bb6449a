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

-- The same as connect_unheld_accounts_with_events, which an older process may still call, with the deliveries of the
-- events. If webhooks ask for an event, its request must have the message that they get; otherwise nothing is written, and
-- the answer says which member the record in the message has to name.
CREATE FUNCTION connect_unheld_accounts_with_deliveries(requests text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    request record;
    new social_accounts;
    event events;
    held jsonb;
    event_name text;
    account_owner uuid;
    is_asked_for boolean;
BEGIN
    FOR request IN
        SELECT * FROM jsonb_to_recordset(requests::jsonb) AS request (
            session uuid, user_id bigint, used_after timestamp, roles integer[], signing_key text,
            network text, network_used_after timestamp, account jsonb, event jsonb, message jsonb)
    LOOP
        new := jsonb_populate_record(NULL::social_accounts, request.account);
        event := jsonb_populate_record(NULL::events, request.event);
        event_name := event.object || '.' || event.verb;
        -- Only of the workspace where the person is, so that nobody locks another.
        PERFORM 1 FROM workspaces
        WHERE workspaces.id = new.workspace_id
            AND EXISTS (
                SELECT FROM users
                WHERE users.id = request.user_id AND users.workspace_id = workspaces.id)
        FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN NEXT NULL;
            CONTINUE;
        END IF;
        SELECT coalesce(
            nullif(concat_ws(' ', nullif(users.first_name, ''), nullif(users.last_name, '')), ''), users.email),
            CASE WHEN new.owner_id IS NOT NULL THEN memberships.uuid END,
            EXISTS (
                SELECT FROM webhooks
                WHERE webhooks.workspace_id = new.workspace_id AND webhooks.off_because IS NULL
                    AND asks_for(webhooks.operations, event_name))
        INTO event.actor_name, account_owner, is_asked_for
        FROM sessions
        JOIN users ON users.id = sessions.user_id
        JOIN memberships ON memberships.workspace_id = users.workspace_id AND memberships.user_id = users.id
        JOIN known_networks ON known_networks.user_id = users.id AND known_networks.network = request.network
        WHERE sessions.uuid = request.session
            AND sessions.user_id = request.user_id
            AND sessions.last_used_at > request.used_after
            AND sessions.last_used_at > sessions.created_at
            AND users.workspace_id = new.workspace_id
            AND memberships.role = ANY (request.roles)
            AND known_networks.last_used_at > request.network_used_after
            AND EXISTS (SELECT FROM sealing_keys WHERE id = request.signing_key AND retired_at IS NULL);
        IF NOT FOUND THEN
            RETURN NEXT NULL;
            CONTINUE;
        END IF;
        IF is_asked_for
            AND (request.message IS NULL
                OR (request.message ->> 'account_owner')::uuid IS DISTINCT FROM account_owner)
        THEN
            RETURN NEXT jsonb_build_object('asked_for', jsonb_build_object('account_owner', account_owner));
            CONTINUE;
        END IF;
        SELECT jsonb_agg(
            jsonb_build_object(
                'account_id', holder.id, 'owner_id', holder.owner_id, 'key', holder.key, 'handle', holder.handle,
                'email', users.email)
            ORDER BY holder.created_at, holder.id)
        INTO held
        FROM (
            SELECT * FROM social_accounts
            WHERE workspace_id = new.workspace_id AND provider = new.provider AND handle = new.handle
            UNION
            SELECT * FROM social_accounts
            WHERE workspace_id = new.workspace_id AND provider = new.provider AND key = new.key
        ) AS holder
        LEFT JOIN users ON users.id = holder.owner_id;
        IF held IS NOT NULL THEN
            RETURN NEXT jsonb_build_object('held', held);
            CONTINUE;
        END IF;
        INSERT INTO social_claims (workspace_id, provider, key, scope)
        VALUES (new.workspace_id, new.provider, new.key, new.scope)
        ON CONFLICT DO NOTHING;
        INSERT INTO social_accounts (
            uuid, workspace_id, provider, key, handle, scope, owner_id, connected_by, screen_name, twitter_nickname,
            logo_url, nickname, account_verified, location, external_id, access_token, refresh_token, scopes,
            handle_aliases, last_sync_history_id, auth_failed_at, refreshed_at, created_at, updated_at)
        VALUES (
            new.uuid, new.workspace_id, new.provider, new.key, new.handle, new.scope, new.owner_id, new.connected_by,
            new.screen_name, new.twitter_nickname, new.logo_url, new.nickname, new.account_verified, new.location,
            new.external_id, new.access_token, new.refresh_token, new.scopes, new.handle_aliases,
            new.last_sync_history_id, new.auth_failed_at, new.refreshed_at, new.created_at, new.updated_at)
        RETURNING id INTO new.id;
        INSERT INTO events (
            workspace_id, at, actor_kind, actor_id, actor_name, verb, object, record_id, label, person_id, change, fields)
        VALUES (
            event.workspace_id, event.at, event.actor_kind, event.actor_id, event.actor_name, event.verb, event.object,
            event.record_id, event.label, event.person_id, event.change, event.fields)
        RETURNING id INTO event.id;
        IF is_asked_for THEN
            INSERT INTO webhook_deliveries (
                workspace_id, webhook_id, id, event_id, record_id, event_name, record, created_at, queued_at, due_at,
                attempts)
            SELECT
                webhooks.workspace_id, webhooks.id, (request.message ->> 'id')::uuid, event.id, event.record_id,
                event_name, request.message ->> 'record', event.at, event.at, event.at, 0
            FROM webhooks
            WHERE webhooks.workspace_id = new.workspace_id AND webhooks.off_because IS NULL
                AND asks_for(webhooks.operations, event_name);
        END IF;
        RETURN NEXT jsonb_build_object('connected', new.id);
    END LOOP;
END $$;
