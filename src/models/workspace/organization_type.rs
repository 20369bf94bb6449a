//! The kind of organisation that a workspace belongs to: the values of both lists in Gipper's documentation.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganizationType(&'static str);

impl OrganizationType {
    pub const ALL: [Self; 10] = [
        Self("Public High School"),
        Self("Private High School"),
        Self("College/University"),
        Self("Club/Youth Sports"),
        Self("Other/Not Listed"),
        Self("School District"),
        Self("K12 School"),
        Self("Higher Education"),
        Self("Youth/Club Sports"),
        Self("Other"),
    ];

    pub fn name(self) -> &'static str {
        self.0
    }
}

impl AsRef<str> for OrganizationType {
    fn as_ref(&self) -> &str {
        self.0
    }
}
