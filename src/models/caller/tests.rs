use chrono::TimeDelta;

use super::*;
use crate::{clock::Clock, db::types::Uuid, models::role::Role};

const OLGA: i64 = 1;

fn key(scopes: &[Scope]) -> Caller {
    Caller::Key(ApiKeyCaller {
        workspace_id: 7,
        key_id: Uuid::random(),
        name: "n8n".to_owned(),
        scopes: scopes.to_owned(),
        created_by: Some(OLGA),
        last_used_at: None,
        now: Clock::default().now(),
    })
}

fn olga(role: Role) -> Caller {
    let now = Clock::default().now();
    Caller::Person(Viewer {
        session_id: 1,
        user_id: OLGA,
        workspace_id: 7,
        email: "olga@example.test".to_owned(),
        name: "Olga Owens".to_owned(),
        role,
        member_uuid: Uuid::random(),
        signed_in_at: now,
        last_used_at: now,
        network: "127.0.0.1".to_owned(),
        network_used_at: Some(now),
        now,
    })
}

/// May read, may write, may read tokens, is admin.
fn rights(caller: &Caller) -> [bool; 4] {
    [caller.may_read(), caller.may_write(), caller.may_read_tokens(), caller.is_admin()]
}

#[test]
fn a_key_has_the_rights_of_its_scopes_only() {
    assert_eq!(rights(&key(&[])), [false; 4]);
    for (place, scope) in Scope::ALL.into_iter().enumerate() {
        let mut expected = [false; 4];
        expected[place] = true;
        assert_eq!(rights(&key(&[scope])), expected, "{scope:?}");
    }
    assert_eq!(rights(&key(&Scope::ALL)), [true; 4]);
}

#[test]
fn a_person_has_the_rights_of_their_role() {
    assert_eq!(rights(&olga(Role::Owner)), [true; 4]);
    assert_eq!(rights(&olga(Role::Admin)), [true; 4]);
    assert_eq!(rights(&olga(Role::Member)), [true, true, false, false]);
}

#[test]
fn the_first_use_is_recorded_and_then_one_an_hour() {
    let Caller::Key(caller) = key(&[]) else { unreachable!() };
    for (ago, is_use_due) in [(None, true), (Some(59), false), (Some(60), true)] {
        let last_used_at = ago.map(|minutes| caller.now - TimeDelta::minutes(minutes));
        assert_eq!(
            Caller::<Viewer>::Key(ApiKeyCaller { last_used_at, ..caller.clone() }).is_use_due(),
            is_use_due,
            "{ago:?}"
        );
    }
}

#[test]
fn a_new_network_of_a_session_is_recorded_and_then_once_a_day() {
    let Caller::Person(olga) = olga(Role::Member) else { unreachable!() };
    for (ago, is_use_due) in [(None, true), (Some(23), false), (Some(24), true)] {
        let network_used_at = ago.map(|hours| olga.now - TimeDelta::hours(hours));
        assert_eq!(Viewer { network_used_at, ..olga.clone() }.is_use_due(), is_use_due, "{ago:?}");
    }
}
