//! The settings of PostgreSQL on which answers depend, because a role, a database or a server may have other defaults:
//! for a session, or for one transaction behind a pooler that gives each transaction another session.

/// Of the defaults of transactions, read-only stays as it is: it tells that the server must not be written to.
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

/// Behind a pooler, another client may have changed these in the session: `pg_dump` sets the search path. The role comes
/// after the user, whose change resets it.
const SHARED_SETTINGS: [(&str, &str); 4] = [
    ("session_authorization", "DEFAULT"),
    ("role", "DEFAULT"),
    ("client_encoding", "'UTF8'"),
    ("search_path", "DEFAULT"),
];

const INSPECTION_SETTINGS: [(&str, &str); 2] = [("lock_timeout", "'2s'"), ("timezone", "'UTC'")];

/// For a transaction that began with READ WRITE, because another client may have left its session read-only: the default
/// of the role, the database or the server still counts.
const READ_ONLY_DEFAULT: &str = "
    SET LOCAL default_transaction_read_only = DEFAULT;
    SELECT CASE current_setting('default_transaction_read_only')
        WHEN 'on' THEN set_config('transaction_read_only', 'on', true) END;";

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

pub(super) fn for_session() -> String {
    statements("SET", SETTINGS.iter()) + &conditional("SET")
}

/// Statements for the begin of a transaction that only reads, sent together with BEGIN.
pub(super) fn for_read() -> String {
    statements("SET LOCAL", SETTINGS.iter().chain(&SHARED_SETTINGS)) + &conditional("SET LOCAL")
}

/// Statements for the begin of a transaction with READ WRITE, sent together with BEGIN.
pub(super) fn for_write() -> String {
    for_read() + READ_ONLY_DEFAULT
}

/// Statements for the begin of a read that sees how the server is set up: its defaults, whatever another client of a
/// pooler has left in the session, and only what the read needs.
pub(super) fn for_inspection() -> String {
    let defaults = SETTINGS.map(|(name, _)| (name, "DEFAULT"));
    statements("SET LOCAL", defaults.iter().chain(&SHARED_SETTINGS).chain(&INSPECTION_SETTINGS))
}

fn statements<'a>(set: &str, settings: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let settings: Vec<String> = settings.map(|(name, value)| format!("{set} {name} = {value};")).collect();
    settings.concat()
}

fn conditional(set: &str) -> String {
    CONDITIONAL.replace("SET_", set)
}
