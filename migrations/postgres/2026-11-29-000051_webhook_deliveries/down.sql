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
            AND EXISTS (SELECT FROM sealing_keys WHERE id = request.signing_key AND retired_at IS NULL);
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

DROP TABLE webhook_deliveries;
ALTER TABLE webhooks DROP COLUMN failing_since, DROP COLUMN off_because;
