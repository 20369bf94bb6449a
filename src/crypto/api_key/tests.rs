use proptest::prelude::*;

use super::*;

#[test]
fn are_60_url_safe_characters_after_the_prefix_and_random() {
    let (one, other) = (KeyText::generate(7), KeyText::generate(7));
    let encoded = one.expose().strip_prefix(PREFIX).unwrap();
    assert_eq!(encoded.len(), 60);
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_ne!(one.expose(), other.expose());
    assert_ne!(one.digest(), other.digest());
}

#[test]
fn contain_the_id_of_the_workspace() {
    for id in [1, 7, i64::MAX] {
        let key = KeyText::generate(id);
        let parsed = KeyText::parse(key.expose()).unwrap();
        assert_eq!((parsed.workspace_id(), parsed.digest()), (id, key.digest()));
    }
}

#[test]
fn digest_is_sha256_of_the_text() {
    let key = KeyText { workspace_id: 1, text: "abc".into() };
    assert_eq!(key.digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn refuses_a_typing_error() {
    let key = KeyText::generate(7);
    let text = key.expose();
    for place in 0..text.len() {
        let typed = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
        let typo = format!("{}{typed}{}", &text[..place], &text[place + 1..]);
        assert!(KeyText::parse(&typo).is_none(), "{typo}");
        let left_out = format!("{}{}", &text[..place], &text[place + 1..]);
        assert!(KeyText::parse(&left_out).is_none(), "{left_out}");
    }
}

#[test]
fn refuses_anything_else() {
    let key = KeyText::generate(7);
    let encoded = key.expose().strip_prefix(PREFIX).unwrap();
    for text in ["", PREFIX, encoded, &format!("{PREFIX}{encoded}="), &format!(" {PREFIX}{encoded}")] {
        assert!(KeyText::parse(text).is_none(), "{text}");
    }
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", KeyText::generate(7)), "KeyText(…)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_panics(text in "(roster_)?\\PC{0,70}") {
        prop_assert!(KeyText::parse(&text).is_none());
    }
}
