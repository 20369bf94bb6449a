//! The text printed after a successful start: the URL, the first step, and what to back up.

use std::net::SocketAddr;

use crate::settings::{Settings, SignUp};

/// `address` is the bound address, because the configured port may be 0.
pub fn render(settings: &Settings, address: SocketAddr) -> String {
    let url = settings.base_url(Some(address));
    format!(
        "Roster answers at {url}\n\n{}\n{}",
        first_step(settings.sign_up, &url),
        what_to_back_up(settings)
    )
}

fn first_step(sign_up: SignUp, url: &str) -> String {
    match sign_up {
        SignUp::Open => format!(
            "Register; the answer holds the auth_token that every other request sends:\n  \
             curl {url}/api/v4/registrations -H 'Content-Type: application/json' \\\n    \
             -d '{{\"user\": {{\"email\": \"you@example.com\", \"password\": \"choose-your-own\"}}}}'\n"
        ),
        SignUp::Invited => "Registering takes an invite.\n".to_owned(),
        SignUp::Closed => "Registration is closed; people who have an account sign in.\n".to_owned(),
    }
}

fn what_to_back_up(settings: &Settings) -> String {
    let database = if settings.database_url.is_some() {
        "the database".to_owned()
    } else {
        settings.data_dir.join("roster.sqlite3").display().to_string()
    };
    let key = settings.key_file();
    format!("Back up both {database} and {}: each is useless without the other.\n", key.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_an_address_that_a_browser_can_open() {
        let settings = Settings::default();
        assert!(
            render(&settings, ([0, 0, 0, 0], 8080).into())
                .starts_with("Roster answers at http://127.0.0.1:8080\n")
        );
        let settings = Settings { public_url: Some("https://roster.example.com".to_owned()), ..settings };
        let text = render(&settings, ([0, 0, 0, 0], 8080).into());
        assert!(text.starts_with("Roster answers at https://roster.example.com\n"), "{text}");
    }

    #[test]
    fn explains_registration_only_if_it_is_open() {
        let address = ([127, 0, 0, 1], 3000).into();
        let closed = Settings { sign_up: SignUp::Closed, ..Settings::default() };
        assert!(render(&Settings::default(), address).contains("/api/v4/registrations"));
        assert!(!render(&closed, address).contains("/api/v4/registrations"));
    }
}
