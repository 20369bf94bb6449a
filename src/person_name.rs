//! The name of a person, for other people to read.

/// "First Last", only one of them, or an empty text.
pub fn full(first_name: Option<&str>, last_name: Option<&str>) -> String {
    [first_name, last_name]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The full name, or else the address.
pub fn of(first_name: Option<&str>, last_name: Option<&str>, email: &str) -> String {
    let full = full(first_name, last_name);
    if full.is_empty() { email.to_owned() } else { full }
}
