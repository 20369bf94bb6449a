//! The settings of PostgreSQL on which answers depend, because a role, a database or a server may have other defaults:
//! for a session, or for one transaction behind a pooler that gives each transaction another session.

use std::sync::LazyLock;

/// Of the defaults of transactions, only read-only stays as it is: it tells that the server must not be written to.
const SETTINGS: [(&str, &str); 16] = [
    ("statement_timeout", "'5s'"),
    ("lock_timeout", "'2s'"),
    ("idle_in_transaction_session_timeout", "'10s'"),
    ("default_transaction_isolation", "'read committed'"),
    ("default_transaction_deferrable", "off"),
    ("timezone", "'UTC'"),
    ("datestyle", "'ISO'"),
    ("intervalstyle", "'postgres'"),
    ("extra_float_digits", "3"),
    ("bytea_output", "'hex'"),
    ("array_nulls", "on"),
    ("transform_null_equals", "off"),
    ("standard_conforming_strings", "on"),
    ("gin_fuzzy_search_limit", "0"),
    ("exit_on_error", "off"),
    ("client_min_messages", "'warning'"),
];

/// Behind a pooler, another client may have changed these in the session: `pg_dump` sets the search path.
const SHARED_SETTINGS: [(&str, &str); 2] = [("client_encoding", "'UTF8'"), ("search_path", "DEFAULT")];

/// An answer must not be sent before its write is durable, and foreign keys must be checked. These may be set only by
/// some roles, or only once, so they are set only if necessary; `roster doctor` tells what another language means.
const CONDITIONAL: &str = "
    SET_ log_parameter_max_length_on_error = 0;
    DO $$ BEGIN
        IF current_setting('synchronous_commit') = 'off' THEN
            SET_ synchronous_commit = on;
        END IF;
        IF current_setting('session_replication_role') <> 'origin' THEN
            SET_ session_replication_role = 'origin';
        END IF;
        BEGIN
            SET_ lc_messages = 'C';
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END $$;";

static FOR_TRANSACTION: LazyLock<String> =
    LazyLock::new(|| statements("SET LOCAL", SETTINGS.iter().chain(&SHARED_SETTINGS)));

pub(super) fn for_session() -> String {
    statements("SET", SETTINGS.iter())
}

/// Statements for the begin of a transaction, sent together with BEGIN.
pub(super) fn for_transaction() -> &'static str {
    &FOR_TRANSACTION
}

fn statements<'a>(set: &str, settings: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let settings: Vec<String> = settings.map(|(name, value)| format!("{set} {name} = {value};")).collect();
    settings.concat() + &CONDITIONAL.replace("SET_", set)
}
