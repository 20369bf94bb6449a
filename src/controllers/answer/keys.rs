//! Writes JSON with a network's keys in place of the general ones.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use crate::networks::Network;

pub(super) struct NetworkKeys {
    network: &'static Network,
    is_in_key: bool,
}

impl NetworkKeys {
    pub fn new(network: &'static Network) -> Self {
        Self { network, is_in_key: false }
    }
}

/// A general key has no letter to escape, so it is one fragment.
impl Formatter for NetworkKeys {
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.is_in_key = true;
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_in_key = false;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let text = if self.is_in_key { self.network.name_for(text) } else { text };
        writer.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{
        controllers::answer::{JsonBody as _, Named},
        networks::TWITTER,
    };

    #[test]
    fn keys_are_renamed_at_every_depth_and_values_never() {
        let body = json!({"account": {"handle": "handle", "teams": [{"token": null}]}, "other": "account"});
        let bytes = Named::new(&TWITTER, body).to_json().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#"{"twitter_account":{"twitter_nickname":"handle","teams":[{"twitter_token":null}]},"other":"account"}"#
        );
    }
}
