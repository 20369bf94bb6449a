//! The department's people and teams.

use crate::models::role::Role;

pub const WORKSPACE: &str = "Northfield State Athletics";
/// The address of a pending invite.
pub const GUEST: &str = "sam@northfield.example";

pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub role: Role,
    /// Days after the owner registered.
    pub registered_on: i64,
}

pub struct Team {
    pub name: &'static str,
    /// The first name of the person who creates the team.
    pub founder: &'static str,
    /// The members' e-mail addresses, without the founder's.
    pub members: &'static [&'static str],
    /// Days after the owner registered.
    pub created_on: i64,
}

#[rustfmt::skip]
pub const PEOPLE: [Person; 6] = [
    Person { first_name: "Dana", last_name: "Whitfield", email: "dana@northfield.example", role: Role::Owner, registered_on: 0 },
    Person { first_name: "Marcus", last_name: "Hale", email: "marcus@northfield.example", role: Role::Admin, registered_on: 1 },
    Person { first_name: "Priya", last_name: "Raman", email: "priya@northfield.example", role: Role::Member, registered_on: 2 },
    Person { first_name: "Tom", last_name: "Okafor", email: "tom@northfield.example", role: Role::Member, registered_on: 2 },
    Person { first_name: "Lena", last_name: "Fischer", email: "lena@northfield.example", role: Role::Member, registered_on: 4 },
    Person { first_name: "Jesse", last_name: "Alvarez", email: "jesse@northfield.example", role: Role::Member, registered_on: 9 },
];

pub const TEAMS: [Team; 3] = [
    Team {
        name: "Football",
        founder: "Marcus",
        members: &["dana@northfield.example", "tom@northfield.example", "jesse@northfield.example"],
        created_on: 10,
    },
    Team { name: "Track and Field", founder: "Priya", members: &["lena@northfield.example"], created_on: 10 },
    Team {
        name: "Spirit squad",
        founder: "Lena",
        members: &["priya@northfield.example", "jesse@northfield.example"],
        created_on: 11,
    },
];
