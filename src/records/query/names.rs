//! Refuses query parameters whose names mean nothing on their route, with the nearest name that does: an ignored
//! `offset` would answer the first page for ever, and an ignored `soft_delete` would delete for good.

use super::{Pairs, truncate};
use crate::error::{Error, Result};

/// The parameters of a page.
pub const OF_PAGES: [&str; 6] = ["order_by", "filter", "limit", "depth", "starting_after", "ending_before"];
/// The parameters of a route that answers with the records of its path or of its body.
pub const OF_RECORDS: [&str; 1] = ["depth"];
/// Carries the credentials, on every route.
pub const TOKEN: &str = "token";
/// A name with more typing mistakes is not corrected.
const MAX_MISTAKES: usize = 2;

/// Names of other APIs, as [`fold_name`] returns them, and the parameter that does the same here.
const SYNONYMS: [(&str, &[&str]); 7] = [
    (
        "starting_after",
        &["after", "cursor", "endcursor", "next", "nextcursor", "nextpagetoken", "pagetoken", "startafter"],
    ),
    (
        "ending_before",
        &["before", "endbefore", "prev", "prevcursor", "previous", "previouscursor", "startcursor"],
    ),
    ("limit", &["count", "first", "max", "maxresults", "pagesize", "perpage", "size", "take", "top"]),
    ("order_by", &["order", "sort", "sortby", "sortorder"]),
    ("filter", &["conditions", "criteria", "q", "query", "search", "where"]),
    (
        "depth",
        &["embed", "expand", "include", "includes", "level", "levels", "populate", "relations", "with"],
    ),
    (TOKEN, &["accesstoken", "apikey", "authtoken", "bearer", "key"]),
];

/// Names of what lists do elsewhere and not here.
const PAGE_NUMBERS: [&str; 8] = ["from", "offset", "p", "page", "pagenumber", "skip", "start", "startindex"];
const NO_PAGE_NUMBERS: &str =
    "There are no page numbers or offsets: send the 'endCursor' of a page as 'starting_after'";
const FILTER_GRAMMAR: &str = "A filter is written field[comparator]:value, such as filter=city[eq]:Bern";

/// Names of what is not done here at all, and the sentence that says so.
const NOT_DONE: [(&str, &[&str]); 5] = [
    ("There is no soft delete: DELETE deletes a record for good", &["destroy", "softdelete"]),
    (
        "There is no upsert: POST creates a record, PATCH changes the one with an id",
        &["onconflict", "upsert"],
    ),
    (
        "A record is always answered with all its fields",
        &["attributes", "columns", "fields", "omit", "only", "properties", "select"],
    ),
    ("Deleted records are not kept", &["deleted", "includedeleted", "onlydeleted", "trashed", "withdeleted"]),
    ("Records are not grouped", &["aggregate", "groupby", "having"]),
];

/// Refuses the first parameter that is neither `token` nor among the `known` ones.
pub fn expect_known(pairs: &Pairs, known: &[&str]) -> Result<()> {
    let is_known = |name: &str| name == TOKEN || known.contains(&name);
    match pairs.iter().find(|(name, _)| !is_known(name)) {
        None => Ok(()),
        Some((name, _)) => Err(Error::Unreadable(format!(
            "Unknown query parameter '{}'. {}",
            // A filter without its `filter=` has a value after the colon, which may be a guess at a secret.
            truncate(name.split(':').next().unwrap_or_default()),
            advice(name, known)
        ))),
    }
}

fn advice(name: &str, known: &[&str]) -> String {
    let folded = fold_name(name);
    let has_pages = known.contains(&"starting_after");
    if let Some((sentence, _)) = NOT_DONE.iter().find(|(_, names)| names.contains(&folded.as_str())) {
        return (*sentence).to_owned();
    }
    if has_pages && PAGE_NUMBERS.contains(&folded.as_str()) {
        return NO_PAGE_NUMBERS.to_owned();
    }
    match nearest(&folded, known) {
        None | Some(TOKEN) if has_pages && name.contains('[') => FILTER_GRAMMAR.to_owned(),
        Some("filter") => format!("Did you mean 'filter'? {FILTER_GRAMMAR}"),
        Some(nearest) => format!("Did you mean '{nearest}'?"),
        None => list(known),
    }
}

/// The known parameter that does the same, or whose name differs by a typing mistake.
fn nearest<'n>(folded: &str, known: &[&'n str]) -> Option<&'n str> {
    let known = || known.iter().copied().chain([TOKEN]);
    let synonym = SYNONYMS.iter().find(|(_, names)| names.contains(&folded)).map(|(name, _)| *name);
    known().find(|name| Some(*name) == synonym).or_else(|| {
        let mistakes = |name: &&str| strsim::levenshtein(folded, &fold_name(name));
        known().min_by_key(mistakes).filter(|name| mistakes(name) <= MAX_MISTAKES.min(name.len() / 3))
    })
}

fn list(known: &[&str]) -> String {
    match known {
        [] => "This request takes none".to_owned(),
        known => {
            let names: Vec<_> = known.iter().map(|name| format!("'{name}'")).collect();
            format!("This request takes {}", names.join(", "))
        }
    }
}

/// The letters and digits before the first bracket, in lower case: `orderBy`, `order-by` and `order_by[]` are one name.
fn fold_name(name: &str) -> String {
    let name = name.split('[').next().unwrap_or_default();
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, known: &[&str]) -> String {
        expect_known(&[(name.to_owned(), "1".to_owned())], known).unwrap_err().to_string()
    }

    #[test]
    fn accepts_known_names_and_the_token() {
        for name in OF_PAGES.into_iter().chain([TOKEN]) {
            expect_known(&[(name.to_owned(), String::new())], &OF_PAGES).unwrap();
        }
        expect_known(&[], &[]).unwrap();
    }

    #[test]
    fn suggests_the_nearest_name() {
        for (name, nearest) in [
            ("after", "starting_after"),
            ("cursor", "starting_after"),
            ("startingAfter", "starting_after"),
            ("starting-after", "starting_after"),
            ("before", "ending_before"),
            ("endingBefore", "ending_before"),
            ("per_page", "limit"),
            ("pageSize", "limit"),
            ("first", "limit"),
            ("LIMIT", "limit"),
            ("limt", "limit"),
            ("orderBy", "order_by"),
            ("order_by[]", "order_by"),
            ("sort", "order_by"),
            ("include", "depth"),
            ("dept", "depth"),
            ("api_key", "token"),
        ] {
            let expected = format!("Unknown query parameter '{name}'. Did you mean '{nearest}'?");
            assert_eq!(refusal(name, &OF_PAGES), expected);
        }
    }

    #[test]
    fn says_what_is_done_otherwise_here_or_not_at_all() {
        for (name, known, advice) in [
            ("offset", &OF_PAGES[..], NO_PAGE_NUMBERS),
            ("page", &OF_PAGES, NO_PAGE_NUMBERS),
            ("city[eq]", &OF_PAGES, FILTER_GRAMMAR),
            ("soft_delete", &[], "There is no soft delete: DELETE deletes a record for good"),
            ("fields", &OF_RECORDS, "A record is always answered with all its fields"),
            ("foo", &OF_RECORDS, "This request takes 'depth'"),
            ("offset", &OF_RECORDS, "This request takes 'depth'"),
            ("limit", &[], "This request takes none"),
            ("", &[], "This request takes none"),
        ] {
            assert_eq!(refusal(name, known), format!("Unknown query parameter '{name}'. {advice}"));
        }
        for name in ["filter[]", "filter[city]", "where", "Filters"] {
            let expected =
                format!("Unknown query parameter '{name}'. Did you mean 'filter'? {FILTER_GRAMMAR}");
            assert_eq!(refusal(name, &OF_PAGES), expected);
        }
    }

    #[test]
    fn does_not_repeat_a_value() {
        let refusal = refusal("accessToken[eq]:\"guess\"", &OF_PAGES);
        assert!(
            refusal.starts_with("Unknown query parameter 'accessToken[eq]'. A filter is written"),
            "{refusal}"
        );
    }
}
