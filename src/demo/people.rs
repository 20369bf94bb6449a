//! Who is in the department, and its teams.

use crate::models::role::Role;

pub const WORKSPACE: &str = "Northfield State Athletics";
/// Somebody who has not come yet.
pub const GUEST: &str = "sam@northfield.example";

pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub role: Role,
    /// The day they registered; the owner's is the first.
    pub came_on: i64,
}

pub struct Team {
    pub name: &'static str,
    /// The first name of whoever made it.
    pub founder: &'static str,
    pub members: &'static [&'static str],
    pub formed_on: i64,
}

#[rustfmt::skip]
pub const PEOPLE: [Person; 6] = [
    Person { first_name: "Dana", last_name: "Whitfield", email: "dana@northfield.example", role: Role::Owner, came_on: 0 },
    Person { first_name: "Marcus", last_name: "Hale", email: "marcus@northfield.example", role: Role::Admin, came_on: 1 },
    Person { first_name: "Priya", last_name: "Raman", email: "priya@northfield.example", role: Role::Member, came_on: 2 },
    Person { first_name: "Tom", last_name: "Okafor", email: "tom@northfield.example", role: Role::Member, came_on: 2 },
    Person { first_name: "Lena", last_name: "Fischer", email: "lena@northfield.example", role: Role::Member, came_on: 4 },
    Person { first_name: "Jesse", last_name: "Alvarez", email: "jesse@northfield.example", role: Role::Member, came_on: 9 },
];

pub const TEAMS: [Team; 3] = [
    Team {
        name: "Football",
        founder: "Marcus",
        members: &["dana@northfield.example", "tom@northfield.example", "jesse@northfield.example"],
        formed_on: 10,
    },
    Team { name: "Track and Field", founder: "Priya", members: &["lena@northfield.example"], formed_on: 10 },
    Team {
        name: "Spirit squad",
        founder: "Lena",
        members: &["priya@northfield.example", "jesse@northfield.example"],
        formed_on: 11,
    },
];
