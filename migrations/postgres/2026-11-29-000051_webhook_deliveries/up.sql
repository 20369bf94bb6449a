-- A webhook is called while off_because is null. failing_since: the first failure since its last delivery.
ALTER TABLE webhooks
    ADD COLUMN off_because text COLLATE "C"
        CHECK (off_because = 'not_confirmed' OR off_because = 'gone' OR off_because = 'nothing_delivered'),
    ADD COLUMN failing_since timestamp(3);
-- Whoever wrote them could not expect that they are called.
UPDATE webhooks SET off_because = 'not_confirmed';

-- The calls of webhooks, a row for each event and webhook that asks for it.
-- event_id and record_id are null in a test. queued_at: when it was created or sent again. While a delivery is leased, due_at is when the lease ends.
CREATE TABLE webhook_deliveries (
    workspace_id bigint NOT NULL,
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id bigint,
    record_id text COLLATE "C",
    event_name text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL CHECK (body LIKE 'enc:v1:%'),
    created_at timestamp(3) NOT NULL,
    queued_at timestamp(3) NOT NULL,
    due_at timestamp(3) NOT NULL,
    lease uuid,
    attempts integer NOT NULL,
    attempted_at timestamp(3),
    status integer,
    last_error text COLLATE "C",
    settled_at timestamp(3),
    outcome text COLLATE "C" CHECK (outcome = 'delivered' OR outcome = 'given_up' OR outcome = 'switched_off'),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE,
    CHECK ((settled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_created_at
    ON webhook_deliveries (workspace_id, webhook_id, created_at);
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at
    ON webhook_deliveries (workspace_id, webhook_id, due_at) WHERE settled_at IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_record_id
    ON webhook_deliveries (workspace_id, webhook_id, record_id) WHERE settled_at IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id ON webhook_deliveries (workspace_id, webhook_id)
    WHERE lease IS NOT NULL;
CREATE INDEX webhook_deliveries_workspace_id_record_id ON webhook_deliveries (workspace_id, record_id);
CREATE INDEX webhook_deliveries_workspace_id_queued_at ON webhook_deliveries (workspace_id, queued_at);
-- Does not begin with the workspace: due work is found by its time.
CREATE INDEX webhook_deliveries_due_at ON webhook_deliveries (due_at) WHERE settled_at IS NULL;

-- The same as before, but it leaves workspaces with webhooks to the transaction that writes deliveries.
CREATE OR REPLACE FUNCTION connect_unheld_accounts_with_events(requests text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    request record;
    new social_accounts;
    event events;
    held jsonb;
BEGIN
    FOR request IN
        SELECT * FROM jsonb_to_recordset(requests::jsonb) AS request (
            session uuid, user_id bigint, used_after timestamp, roles integer[], signing_key text,
            network text, network_used_after timestamp, account jsonb, event jsonb)
    LOOP
        new := jsonb_populate_record(NULL::social_accounts, request.account);
        event := jsonb_populate_record(NULL::events, request.event);
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
            nullif(concat_ws(' ', nullif(users.first_name, ''), nullif(users.last_name, '')), ''), users.email)
        INTO event.actor_name
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
            AND EXISTS (SELECT FROM sealing_keys WHERE id = request.signing_key AND retired_at IS NULL)
            AND NOT EXISTS (
                SELECT FROM webhooks WHERE webhooks.workspace_id = new.workspace_id AND webhooks.off_because IS NULL);
        IF NOT FOUND THEN
            RETURN NEXT NULL;
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
            event.record_id, event.label, event.person_id, event.change, event.fields);
        RETURN NEXT jsonb_build_object('connected', new.id);
    END LOOP;
END $$;
