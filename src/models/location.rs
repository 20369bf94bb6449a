//! The screen from which an account was connected or a person was invited. Stored, never returned.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location(&'static str);

impl Location {
    /// The names and their order are those of V4's documentation.
    pub const ALL: [Self; 6] = [
        Self("workspaceSettingsPage"),
        Self("signUpForm"),
        Self("guidedWalkthrough"),
        Self("progressMeter"),
        Self("personalSettingsPage"),
        Self("templateBranding"),
    ];

    /// The location with this name.
    pub fn stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|location| location.0 == name)
    }

    pub fn name(self) -> &'static str {
        self.0
    }
}

impl AsRef<str> for Location {
    fn as_ref(&self) -> &str {
        self.0
    }
}
