//! A random workspace with people inside and outside; one of them requests an account that one of them has.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::support::people::{Person, account};

#[derive(Clone, Copy, Debug)]
pub enum CallerKind {
    Member,
    Admin,
    Invited,
    Removed,
    Stranger,
}

#[derive(Clone, Copy, Debug)]
pub enum Holder {
    Caller,
    Colleague,
    OtherWorkspace,
    Stranger,
    Nobody,
}

pub const CALLERS: [CallerKind; 5] =
    [CallerKind::Member, CallerKind::Admin, CallerKind::Invited, CallerKind::Removed, CallerKind::Stranger];
pub const HOLDERS: [Holder; 5] =
    [Holder::Caller, Holder::Colleague, Holder::OtherWorkspace, Holder::Stranger, Holder::Nobody];

/// Pseudo-random numbers, the same in every run (`SplitMix64`).
pub struct Seed(pub u64);

/// Workspaces unrelated to the tested one.
pub struct Elsewhere {
    owner: Person,
    admin: Person,
    member: Person,
    stranger: Person,
}

pub struct Graph {
    pub caller: Person,
    pub caller_kind: CallerKind,
    pub holder_kind: Holder,
    /// Whether the caller is an admin of their workspace.
    pub is_admin: bool,
    /// Whether nobody in the caller's workspace has the account.
    pub is_foreign: bool,
    pub colleagues: BTreeSet<String>,
    /// Two accounts with the same owner: one to request for the workspace, one as personal.
    pub held: [Held; 2],
}

pub struct Held {
    pub uid: String,
    /// The id of the account; of a missing one if nobody has it.
    pub account_id: i64,
}

impl Seed {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

impl Elsewhere {
    pub fn new(base_url: &str) -> Self {
        let owner = Person::owner(base_url, "elsewhere-owner");
        let admin = owner.admin("elsewhere-admin");
        let member = owner.colleague("elsewhere-member");
        Self { admin, member, stranger: Person::owner(base_url, "elsewhere-alone"), owner }
    }
}

impl Graph {
    pub fn new(
        elsewhere: &Elsewhere,
        seed: &mut Seed,
        number: u32,
        caller_kind: CallerKind,
        holder_kind: Holder,
    ) -> Self {
        let name = |name: &str| format!("{name}{number}");
        let server = &elsewhere.owner;
        let owner = Person::owner(server, &name("owner"));
        let caller = come(&owner, caller_kind, &name("caller"));
        let mates: Vec<Person> = (0..=seed.below(3))
            .map(|mate| {
                let name = name(&format!("mate{mate}-"));
                if seed.coin() { owner.admin(&name) } else { owner.colleague(&name) }
            })
            .collect();
        let is_inside = matches!(caller_kind, CallerKind::Member | CallerKind::Admin);
        let colleagues = if is_inside {
            mates.iter().chain([&owner, &caller]).map(|person| person.email.clone()).collect()
        } else {
            BTreeSet::from([caller.email.clone()])
        };
        let may_be_workspace = seed.coin();
        let holder = match holder_kind {
            Holder::Caller => Some(&caller),
            // Only colleagues are in the tested workspace; the invited, the removed and the stranger are not.
            Holder::Colleague if seed.coin() => Some(&owner),
            Holder::Colleague => mates.last(),
            Holder::OtherWorkspace => Some([&elsewhere.owner, &elsewhere.admin][usize::from(seed.coin())]),
            Holder::Stranger => Some([&elsewhere.stranger, &elsewhere.member][usize::from(seed.coin())]),
            Holder::Nobody => None,
        };
        let held = ["a", "b"].map(|side| hold(holder, &format!("{side}{number}"), may_be_workspace));
        if matches!(caller_kind, CallerKind::Removed) {
            owner.must(Method::DELETE, &format!("workspace_users/{}", caller.id), None);
        }
        let is_admin = !matches!(caller_kind, CallerKind::Member);
        let is_foreign = match holder_kind {
            Holder::Caller => false,
            Holder::Colleague => !is_inside,
            Holder::OtherWorkspace | Holder::Stranger | Holder::Nobody => true,
        };
        Self { caller, caller_kind, holder_kind, is_admin, is_foreign, colleagues, held }
    }
}

/// The person to be removed is a member until the account is connected, and takes it along.
fn come(owner: &Person, kind: CallerKind, name: &str) -> Person {
    match kind {
        CallerKind::Member | CallerKind::Removed => owner.colleague(name),
        CallerKind::Admin => owner.admin(name),
        CallerKind::Stranger => Person::owner(owner, name),
        CallerKind::Invited => {
            let invited = Person::owner(owner, name);
            owner.invite(&invited.name);
            invited
        }
    }
}

/// For the workspace, or as personal if the owner may not connect for the workspace.
fn hold(holder: Option<&Person>, uid: &str, for_workspace: bool) -> Held {
    let uid = uid.to_owned();
    let Some(holder) = holder else { return Held { uid, account_id: 999_999_999 } };
    let answer = for_workspace.then(|| holder.post("workspaces/twitter_accounts", &account(&uid)).1);
    let id = answer.and_then(|answer| answer["twitter_account"]["id"].as_i64());
    let account_id = id.unwrap_or_else(|| holder.connect("twitter_accounts", &uid));
    Held { uid, account_id }
}
