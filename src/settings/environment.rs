//! The environment variables as texts. A setting that is not UTF-8 is an error: if it were skipped, its default would
//! be used, such as open sign-up.

use std::ffi::OsString;

use anyhow::bail;

use super::layers::Texts;

/// The variables by name. Those of other programs are skipped if they are not UTF-8.
pub fn load(variables: impl Iterator<Item = (OsString, OsString)>) -> anyhow::Result<Texts> {
    let mut texts = Texts::new();
    for (name, value) in variables {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => _ = texts.insert(name, value),
            (Ok(name), Err(_)) if is_ours(name.as_bytes()) => {
                bail!("{name} is not UTF-8, so its value cannot be read; write it in UTF-8");
            }
            (Err(name), _) if is_ours(name.as_encoded_bytes()) => {
                let name = name.to_string_lossy().into_owned();
                bail!("the name of the variable {name} is not UTF-8; `roster --help` lists all settings");
            }
            _ => {}
        }
    }
    Ok(texts)
}

fn is_ours(name: &[u8]) -> bool {
    name.starts_with(b"ROSTER_") || name == b"DATABASE_URL"
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    fn loaded(name: &[u8], value: &[u8]) -> Result<Texts, String> {
        let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        load([(text(name), text(value))].into_iter()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_setting_that_is_not_utf8_is_an_error_without_its_value() {
        let ours: [&[u8]; 4] = [b"ROSTER_SIGN_UP", b"ROSTER_DATABASE_URL", b"ROSTER_CONFIG", b"DATABASE_URL"];
        for name in ours {
            let refusal = loaded(name, b"hunter2\xff").unwrap_err();
            let name = String::from_utf8_lossy(name);
            assert_eq!(
                refusal,
                format!("{name} is not UTF-8, so its value cannot be read; write it in UTF-8")
            );
        }
        assert!(loaded(b"ROSTER_SIGN_UP\xff", b"closed").unwrap_err().contains("ROSTER_SIGN_UP\u{fffd}"));
    }

    #[test]
    fn variables_of_other_programs_may_be_anything() {
        assert_eq!(loaded(b"LANG\xff", b"C"), Ok(Texts::new()));
        assert_eq!(loaded(b"LS_COLORS", b"\xff"), Ok(Texts::new()));
        assert_eq!(loaded(b"ROSTER_SIGN_UP", "é".as_bytes()).unwrap()["ROSTER_SIGN_UP"], "é");
    }
}
