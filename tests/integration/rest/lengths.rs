//! Length limits of indexed texts: the same on both databases, and a text of the maximal length is accepted.

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Caller, bad_request, id},
};

/// Letters of four bytes that an index cannot compress.
fn letters(count: usize) -> String {
    let letter = |at: u32| char::from_u32(0x2_0000 + at * 7919 % 40_000).expect("a letter");
    (0..).map(letter).take(count).collect()
}

/// The longest accepted value, one that is longer by one, and the message that refuses it.
fn cases() -> Vec<(&'static str, Value, Value, &'static str)> {
    let long = letters(255);
    let longer = letters(256);
    let link = |count: usize| format!("https://lions.example/{}.", letters(count));
    let whole = |count: usize| format!("{}{}", letters(count / 4), "x".repeat(count % 4));
    vec![
        ("companies", json!({"name": long}), json!({"name": longer}), "name: is longer than 255 characters"),
        (
            "companies",
            json!({"domainName": {"primaryLinkUrl": whole(2048)}}),
            json!({"domainName": {"primaryLinkUrl": whole(2049)}}),
            "domainName.primaryLinkUrl: is longer than 2048 bytes",
        ),
        (
            "people",
            json!({"name": {"firstName": long, "lastName": long}}),
            json!({"name": {"firstName": long, "lastName": longer}}),
            "name.lastName: is longer than 255 characters",
        ),
        (
            "people",
            json!({"emails": {"primaryEmail": letters(320)}}),
            json!({"emails": {"primaryEmail": letters(321)}}),
            "emails.primaryEmail: is longer than 320 characters",
        ),
        (
            "people",
            json!({"linkedinLink": {"primaryLinkUrl": link(506)}}),
            json!({"linkedinLink": {"primaryLinkUrl": link(507)}}),
            "linkedinLink.primaryLinkUrl: is longer than 2048 bytes",
        ),
    ]
}

on_both_databases! {
    fn the_longest_fits_and_no_longer_is_taken(app: &mut TestApp) {
        let program = Caller::program(app);
        for (plural, longest, longer, sentence) in cases() {
            assert_eq!(program.post(plural, &longer), bad_request(sentence));
            let record = program.create(plural, &longest);
            let path = format!("{plural}/{}", id(&record));
            assert_eq!(program.patch(&path, &longer), bad_request(sentence));
            let batch = program.post(&format!("batch/{plural}"), &json!([{}, longer]));
            assert_eq!(batch, bad_request(&format!("Input [1]: {sentence}")));
            let duplicates = program.post(&format!("{plural}/duplicates"), &json!({"data": [longest]}));
            assert_eq!(duplicates.1["data"][0]["totalCount"], json!(1), "{sentence}");
        }
    }

    fn what_a_host_grows_by_in_lower_case_counts(app: &mut TestApp) {
        let program = Caller::program(app);
        let company = json!({"domainName": {"primaryLinkUrl": "Ⱥ".repeat(1024)}});
        let sentence = "domainName.primaryLinkUrl: is longer than 2048 bytes";
        assert_eq!(program.post("companies", &company), bad_request(sentence));
    }

    fn texts_in_no_index_are_as_long_as_they_like(app: &mut TestApp) {
        let program = Caller::program(app);
        let long = letters(20_000);
        let person = program.create("people", &json!({"city": long, "xLink": {"primaryLinkUrl": long}}));
        assert_eq!((&person["city"], &person["xLink"]["primaryLinkUrl"]), (&json!(long), &json!(long)));
    }
}
