-- Connects accounts that nobody has, for a JSON list of requests, and returns a row for each of them in the same order:
--   {"connected": 7}    the id of the new account
--   {"held": [...]}     nothing was inserted; these accounts may be the wanted one, oldest first
--   NULL                nothing was inserted; another transaction has the workspace, or a condition is not met
-- Each statement sees what was committed before it, so what is read after the lock stays true until COMMIT.
CREATE FUNCTION connect_unheld_accounts(requests text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    request record;
    new social_accounts;
    held jsonb;
BEGIN
    FOR request IN
        SELECT * FROM jsonb_to_recordset(requests::jsonb) AS request (
            session uuid, user_id bigint, used_after timestamp, roles integer[], signing_key text,
            network text, network_used_after timestamp, account jsonb)
    LOOP
        new := jsonb_populate_record(NULL::social_accounts, request.account);
        PERFORM 1 FROM workspaces WHERE id = new.workspace_id FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN NEXT NULL;
            CONTINUE;
        END IF;
        PERFORM 1
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
        new.id := nextval('social_accounts_id_seq');
        INSERT INTO social_accounts VALUES (new.*);
        RETURN NEXT jsonb_build_object('connected', new.id);
    END LOOP;
END $$;
