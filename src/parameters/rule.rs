//! The rules that a parameter may break. `Display` gives apipie's message or, for rules that apipie lacks, Rails'.

use std::fmt;

/// A rule that a value may break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Hash,
    String,
    Integer,
    PositiveInteger,
    Integers,
    Strings,
    OneOf(String),
    /// Not repeated in the list.
    Once,
    Moment,
    DateOrMoment,
    NotBlank,
    /// At most this many characters.
    Length(usize),
    NoNul,
    /// Any other rule of the kind.
    Valid,
}

impl Rule {
    pub fn one_of(choices: &[impl AsRef<str>]) -> Self {
        Self::OneOf(choices.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "))
    }

    /// The machine-readable `code` of the problem.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotBlank => "blank",
            Self::Length(_) => "too_long",
            _ => "invalid",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash => f.write_str("Must be a Hash"),
            Self::String => f.write_str("Must be a String"),
            Self::Integer => f.write_str("Must be a Integer"),
            Self::PositiveInteger => f.write_str("Must be a positive Integer"),
            Self::Integers => f.write_str("Must be an array of Integer"),
            Self::Strings => f.write_str("Must be an array of String"),
            Self::OneOf(choices) => write!(f, "Must be one of: {choices}."),
            Self::Once => f.write_str("is named twice"),
            Self::Moment => f.write_str("Must be a time such as 2027-06-14T17:06:02Z"),
            Self::DateOrMoment => {
                f.write_str("Must be a date such as 2027-06-14, or a time such as 2027-06-14T17:06:02Z")
            }
            Self::NotBlank => f.write_str("can't be blank"),
            Self::Length(characters) => write!(f, "is too long (maximum is {characters} characters)"),
            Self::NoNul => f.write_str("must not contain the character NUL"),
            Self::Valid => f.write_str("is invalid"),
        }
    }
}
