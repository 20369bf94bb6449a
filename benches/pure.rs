//! Benchmarks the parts of a request that need neither socket nor database.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use roster::{
    clock::Clock,
    controllers::api::v4::new_account::NewNetworkAccount,
    crypto::{identity::IdentityKey, key_ring::KeyRing, seal::Place, token::SessionTokens},
    models::social_account::{
        Owner,
        conflict::{self, Holder},
        identity::Identity,
    },
    networks::TWITTER,
    parameters::Parameters,
};
use uuid::Uuid;

fn secrets(c: &mut Criterion) {
    let ring = KeyRing::generate();
    let place = Place { table: "social_accounts", column: "access_token", row: Uuid::new_v4(), workspace: 1 };
    let token = "1234567890123456789-abcdefghijklmnopqrstuvwxyz";
    let sealed = ring.seal(&place, token);
    c.bench_function("seal a token", |b| b.iter(|| ring.seal(&place, black_box(token))));
    c.bench_function("open a token", |b| b.iter(|| ring.open(&place, black_box(&sealed)).is_ok()));
    let identity = IdentityKey::generate();
    c.bench_function("digest an external id", |b| b.iter(|| identity.digest("twitter", black_box(token))));
    let (tokens, now) = (SessionTokens::new(&ring), Clock::default().now());
    let jwt = tokens.issue(1, Uuid::new_v4(), Some(1), now, now + Duration::from_mins(1));
    c.bench_function("verify a session token", |b| b.iter(|| tokens.verify(black_box(&jwt), now).is_ok()));
}

fn ownership(c: &mut Criterion) {
    let identity = |n: i64| Identity { digest: Some(format!("{n:064}")), handle: "falcons".into() };
    let holders: Vec<Holder> = (0..32)
        .map(|n| Holder {
            account_id: n,
            owner: Owner::Person(n),
            email: Some(format!("{n}@example.com")),
            identity: identity(n % 4),
            has_wanted_token: false,
        })
        .collect();
    c.bench_function("ask the rule about 32 holders", |b| {
        b.iter(|| conflict::between(Some(99), Owner::Workspace, &identity(1), black_box(&holders)));
    });
}

fn parameters(c: &mut Criterion) {
    let body = serde_json::json!({"twitter_account": {"twitter_token": "T", "twitter_uid": "U", "screen_name": "N",
        "logo_url": "L", "account_verified": true, "twitter_nickname": "S", "location": "signUpForm"}});
    let now = Clock::default().now();
    c.bench_function("parse the parameters of a create", |b| {
        b.iter(|| {
            Parameters::from(black_box(body.clone()))
                .parse_on::<NewNetworkAccount>(Some(&TWITTER), None, now)
                .is_ok()
        });
    });
}

criterion_group!(benches, secrets, ownership, parameters);
criterion_main!(benches);
