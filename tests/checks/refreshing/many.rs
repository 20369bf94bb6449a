//! A8: thousands of grants are kept alive in the background. Each is refreshed once and well before its token ends, also if
//! all are due at once, and while none is due that costs next to nothing.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use roster::{
    clock::{self, Clock},
    crypto::{
        key_file,
        seal::{Place, Sealed},
    },
};
use uuid::Uuid;

use super::{BOTH, Site};
use crate::{
    census,
    support::{
        database::{Database, Kind},
        peer::Peer,
        people::Person,
        recorded_statements::{self, take_all},
    },
    verdict::{self, Verdict},
};

/// A background refresh begins so long before the end of a token.
const AHEAD_SECONDS: u64 = 15 * 60;
const ROWS_PER_STATEMENT: usize = 250;

#[test]
#[ignore = "takes 1000 s"]
fn a8_ten_thousand_grants() {
    verdict::announce("A8", &BOTH, |verdict| check(verdict, 10_000, Duration::from_mins(1)));
}

#[test]
fn a8_in_small() {
    verdict::hold("A8", &BOTH, |verdict| check(verdict, 60, Duration::from_secs(6)));
}

fn check(verdict: &mut Verdict, count: usize, idle: Duration) {
    verdict.at_most("statements_a_minute", statements_a_minute(verdict.kind, count, idle), 60);
    let site = Site::open(verdict.kind, 1);
    fill(&site.database, &site.peer, &site.olga, count);
    let cpu = || site.servers[0].cpu();
    let before = cpu();
    thread::sleep(idle);
    let permille = cpu().saturating_sub(before).as_millis() * 1_000 / idle.as_millis();
    verdict.in_time("idle_cpu_permille", u64::try_from(permille).unwrap_or(u64::MAX), 10);
    let (before, since) = (cpu(), Instant::now());
    site.change("UPDATE grants SET next_attempt_at = granted_at");
    let all = count as u64 + 1;
    while site.count("grants WHERE version = 1") > 0
        && since.elapsed() < 2 * Duration::from_secs(AHEAD_SECONDS)
    {
        thread::sleep(Duration::from_millis(500));
    }
    verdict.in_time("seconds", since.elapsed().as_secs(), AHEAD_SECONDS);
    let per_refresh = cpu().saturating_sub(before).as_micros() / u128::from(all);
    verdict.note("cpu_us_a_refresh", u64::try_from(per_refresh).unwrap_or(u64::MAX));
    verdict.exactly("alive", site.count("grants WHERE version = 2 AND state = 'ok'"), all);
    verdict.exactly("refreshes", site.peer.refreshes() as u64, all);
    verdict.none("families_revoked", site.peer.families().0 as u64);
}

/// How many statements a service without other work sends about grants while none is due.
fn statements_a_minute(kind: Kind, count: usize, idle: Duration) -> u64 {
    let peer = Peer::start();
    let app = recorded_statements::start_with(kind, |settings| peer.configure(settings));
    fill(&app.database, &peer, &Person::owner(&app, "olga"), count);
    take_all(&app.database);
    thread::sleep(idle);
    let statements = take_all(&app.database);
    let about_grants = ["grants", "network_breakers"];
    let sent = statements.iter().filter(|it| about_grants.iter().any(|table| it.contains(table))).count();
    assert!(sent > 0, "nobody looks for grants that are due");
    sent as u64 * 60 / idle.as_secs()
}

/// Grants of as many accounts, none of them due.
fn fill(database: &Database, peer: &Peer, olga: &Person, count: usize) {
    let ring = key_file::load(&database.settings().key_file()).expect("keys");
    let workspace = olga.workspace_id;
    let now = Clock::default().now();
    let [now, end, due] = [TimeDelta::zero(), TimeDelta::hours(2), TimeDelta::days(6)]
        .map(|after| clock::for_database(now + after));
    let rows = (1..=count).map(|number| {
        let [access_token, refresh_token] = peer.grant(&number.to_string());
        let row = Uuid::from_u128(number as u128);
        let seal = |column, token: &str| -> Sealed {
            ring.seal(&Place { table: "grants", column, row, workspace }, token)
        };
        let (access, refresh) = (seal("access_token", &access_token), seal("refresh_token", &refresh_token));
        let claim = format!("({workspace}, 'twitter', 'u:{number}', 'workspace')");
        let grant = format!(
            "({workspace}, '{row}', 'twitter', 'u:{number}', '{}', '{}', '[]', '{end}', 1, 0, '{due}', 'ok', '{now}', '{now}')",
            access.as_str(),
            refresh.as_str(),
        );
        let account = format!(
            "('{row}', {workspace}, 'twitter', 'u:{number}', 'team{number}', 'workspace', '', 'team{number}', '', '', \
             false, '[]', '', '', '{now}', '{now}', '{now}', '{row}', true)"
        );
        [claim, grant, account]
    });
    let rows: Vec<[String; 3]> = rows.collect();
    let mut conn = census::connect(database);
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let values = |place: usize| rows.iter().map(|row| row[place].as_str()).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO social_claims (workspace_id, provider, key, scope) VALUES {};
             INSERT INTO grants (workspace_id, id, provider, key, access_token, refresh_token, scopes, expires_at, version,
                 attempts, next_attempt_at, state, granted_at, last_read_at) VALUES {};
             INSERT INTO social_accounts (uuid, workspace_id, provider, key, handle, scope, screen_name, twitter_nickname,
                 logo_url, nickname, account_verified, scopes, handle_aliases, last_sync_history_id, refreshed_at,
                 created_at, updated_at, grant_id, identified) VALUES {};",
            values(0),
            values(1),
            values(2)
        );
        conn.batch_execute(&sql).expect("rows");
    }
}
