//! The tables, defined once for both databases. A test compares this with each database.

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    installation (id) {
        id -> Integer,
        uuid -> Guid,
        identity_key -> Text,
        created_at -> Timestamp,
        swept_at -> Nullable<Timestamp>,
        clock_doubted_at -> Nullable<Timestamp>,
        events_kept_since -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    schema_state (id) {
        id -> Integer,
        oldest_version_that_may_serve -> Text,
        write_checked_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    sealing_keys (id) {
        id -> Text,
        proof -> Text,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    key_holders (id) {
        id -> Guid,
        name -> Text,
        held -> Text,
        sealing -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    workspaces (id) {
        id -> BigInt,
        uuid -> Guid,
        name -> Text,
        organization_type -> Nullable<Text>,
        custom_organization_type -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    users (id) {
        id -> BigInt,
        uuid -> Guid,
        workspace_id -> BigInt,
        email -> Text,
        password_digest -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        role_in_organization -> Nullable<Text>,
        state -> Nullable<Text>,
        city -> Nullable<Text>,
        avatar_image -> Nullable<Text>,
        mode -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        locale -> Text,
        time_zone -> Text,
        date_format -> Text,
        time_format -> Text,
        color_scheme -> Text,
        position -> Double,
        email_confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    memberships (workspace_id, user_id) {
        workspace_id -> BigInt,
        user_id -> BigInt,
        uuid -> Guid,
        role -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    sessions (id) {
        id -> BigInt,
        uuid -> Guid,
        user_id -> BigInt,
        user_agent -> Nullable<Text>,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    throttles (key) {
        key -> Text,
        attempts -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    teams (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    team_memberships (workspace_id, team_id, user_id) {
        workspace_id -> BigInt,
        team_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    invites (id) {
        id -> BigInt,
        uuid -> Guid,
        workspace_id -> BigInt,
        email -> Text,
        token -> Text,
        sender_id -> Nullable<BigInt>,
        location -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        delivery_failed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    invite_teams (workspace_id, invite_id, team_id) {
        workspace_id -> BigInt,
        invite_id -> BigInt,
        team_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    presented_invites (workspace_id, invite_id, session_id) {
        workspace_id -> BigInt,
        invite_id -> BigInt,
        session_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    social_claims (workspace_id, provider, key) {
        workspace_id -> BigInt,
        provider -> Text,
        key -> Text,
        scope -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    social_accounts (id) {
        id -> BigInt,
        uuid -> Guid,
        workspace_id -> BigInt,
        provider -> Text,
        key -> Text,
        handle -> Text,
        scope -> Text,
        owner_id -> Nullable<BigInt>,
        connected_by -> Nullable<BigInt>,
        screen_name -> Text,
        twitter_nickname -> Text,
        logo_url -> Text,
        nickname -> Text,
        account_verified -> Bool,
        location -> Nullable<Text>,
        external_id -> Nullable<Text>,
        access_token -> Nullable<Text>,
        refresh_token -> Nullable<Text>,
        scopes -> Text,
        handle_aliases -> Text,
        last_sync_history_id -> Text,
        auth_failed_at -> Nullable<Timestamp>,
        refreshed_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        grant_id -> Nullable<Guid>,
        identified -> Bool,
        token_id_digest -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    consents (workspace_id, id) {
        workspace_id -> BigInt,
        id -> Guid,
        user_id -> BigInt,
        session -> Guid,
        provider -> Text,
        scope -> Text,
        account_id -> Nullable<BigInt>,
        location -> Nullable<Text>,
        state_digest -> Text,
        verifier -> Nullable<Text>,
        redirect_url -> Text,
        return_url -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        grant_id -> Nullable<Guid>,
        leased_until -> Nullable<Timestamp>,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    grants (workspace_id, id) {
        workspace_id -> BigInt,
        id -> Guid,
        provider -> Text,
        key -> Text,
        access_token -> Nullable<Text>,
        refresh_token -> Nullable<Text>,
        scopes -> Text,
        expires_at -> Nullable<Timestamp>,
        version -> BigInt,
        leased_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamp>,
        state -> Text,
        reason -> Nullable<Text>,
        granted_at -> Timestamp,
        last_checked_at -> Nullable<Timestamp>,
        last_read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    network_breakers (provider) {
        provider -> Text,
        reason -> Text,
        since -> Timestamp,
        open_until -> Timestamp,
        attempts -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    identification_refusals (provider) {
        provider -> Text,
        reason -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    account_counts (workspace_id, scope, provider) {
        workspace_id -> BigInt,
        scope -> Text,
        provider -> Text,
        accounts -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    account_shares (workspace_id, account_id, team_id) {
        workspace_id -> BigInt,
        account_id -> BigInt,
        team_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    walkthroughs (workspace_id, user_id) {
        workspace_id -> BigInt,
        user_id -> BigInt,
        skipped -> Text,
        hidden -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    token_readings (workspace_id, id) {
        workspace_id -> BigInt,
        id -> Guid,
        object -> Text,
        record_id -> Guid,
        fields -> Text,
        user_id -> Nullable<BigInt>,
        api_key_id -> Nullable<Guid>,
        read_at -> Timestamp,
        times -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    api_keys (workspace_id, id) {
        workspace_id -> BigInt,
        id -> Guid,
        name -> Text,
        digest -> Nullable<Text>,
        scopes -> Text,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    reset_links (digest) {
        digest -> Text,
        user_id -> Nullable<BigInt>,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    known_networks (user_id, network) {
        user_id -> BigInt,
        network -> Text,
        last_used_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    idempotency_keys (workspace_id, caller, key) {
        workspace_id -> BigInt,
        caller -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> Integer,
        answer -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    events (workspace_id, id) {
        id -> BigInt,
        workspace_id -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor_name -> Nullable<Text>,
        verb -> Text,
        object -> Text,
        record_id -> Text,
        label -> Nullable<Text>,
        person_id -> Nullable<BigInt>,
        change -> Nullable<Text>,
        fields -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    webhooks (workspace_id, id) {
        workspace_id -> BigInt,
        id -> Guid,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        target_url -> Text,
        description -> Text,
        secret -> Nullable<Text>,
        operations -> Nullable<Text>,
        off_because -> Nullable<Text>,
        failing_since -> Nullable<Timestamp>,
        paused_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    webhook_deliveries (workspace_id, webhook_id, id) {
        workspace_id -> BigInt,
        webhook_id -> Guid,
        id -> Guid,
        event_id -> Nullable<BigInt>,
        record_id -> Nullable<Text>,
        event_name -> Text,
        fields -> Nullable<Text>,
        record -> Text,
        created_at -> Timestamp,
        queued_at -> Timestamp,
        due_at -> Timestamp,
        lease -> Nullable<Guid>,
        attempts -> Integer,
        attempted_at -> Nullable<Timestamp>,
        status -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        outcome -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    schema_state,
    sealing_keys,
    key_holders,
    workspaces,
    users,
    memberships,
    sessions,
    reset_links,
    known_networks,
    throttles,
    teams,
    team_memberships,
    invites,
    invite_teams,
    presented_invites,
    social_claims,
    social_accounts,
    account_counts,
    consents,
    grants,
    account_shares,
    walkthroughs,
    token_readings,
    idempotency_keys,
    api_keys,
    events,
    webhooks,
    webhook_deliveries,
);

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Guid;

    jobs (id) {
        id -> Guid,
        workspace_id -> Nullable<BigInt>,
        kind -> Text,
        subject -> Text,
        priority -> Integer,
        payload -> Text,
        due_at -> Timestamp,
        lease -> Nullable<Guid>,
        attempts -> Integer,
        failing_since -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        given_up_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}
