//! Examples of the grammar, its error messages, and generated filters that are printed and parsed again.

mod generated;
mod printed;
mod refusals;

use super::Filter;
use crate::{
    catalogue::{catalogue, object::Object},
    error::Error,
};

fn object(singular: &str) -> &'static Object {
    catalogue().by_singular(singular).expect("an object of the catalogue")
}

fn parse(singular: &str, text: &str) -> Result<Filter<'static>, Error> {
    Filter::parse(object(singular), text)
}

/// The parsed filter, printed in its normal form.
fn normal_form(singular: &str, text: &str) -> String {
    match parse(singular, text) {
        Ok(filter) => printed::filter(&filter),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[track_caller]
fn assert_normal_forms(singular: &str, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(normal_form(singular, text), *expected, "{text}");
    }
}

#[test]
fn conditions_are_joined_by_and_by_default() {
    assert_normal_forms(
        "person",
        &[
            ("position[eq]:1", r#"position[eq]:"1.0""#),
            (r#"position[eq]:1,city[eq]:"Test""#, r#"and(position[eq]:"1.0",city[eq]:"Test")"#),
            (r#"city[eq]:"A (B)",jobTitle[eq]:1"#, r#"and(city[eq]:"A (B)",jobTitle[eq]:"1")"#),
            (
                "or(city[eq]:a,city[eq]:b),position[gt]:1",
                r#"and(or(city[eq]:"a",city[eq]:"b"),position[gt]:"1.0")"#,
            ),
            (
                r#"and(city[gt]:"val,ue",or(jobTitle[is]:NOT_NULL,not(city[startsWith]:"val"),and(position[eq]:6,city[ilike]:"%val%")),or(position[eq]:4,city[is]:NULL))"#,
                r#"and(city[gt]:"val,ue",or(jobTitle[is]:NOT_NULL,not(city[startsWith]:"val"),and(position[eq]:"6.0",city[ilike]:"%val%")),or(position[eq]:"4.0",city[is]:NULL))"#,
            ),
            (" or ( city[eq]:a ,\n not( city[eq]: b ) ) ", r#"or(city[eq]:"a",not(city[eq]:"b"))"#),
            ("not(and(city[eq]:a))", r#"not(and(city[eq]:"a"))"#),
        ],
    );
}

#[test]
fn a_value_ends_at_a_separator_outside_quotes() {
    assert_normal_forms(
        "person",
        &[
            ("city[gt]:valStart]:[valEnd", r#"city[gt]:"valStart]:[valEnd""#),
            ("city[eq]:'val,ue'", r#"city[eq]:"val,ue""#),
            ("city[eq]:O'Brien,position[eq]:1", r#"and(city[eq]:"O'Brien",position[eq]:"1.0")"#),
            ("city[eq]:'O'Brien',position[eq]:1", r#"and(city[eq]:"O'Brien",position[eq]:"1.0")"#),
            (r#"city[eq]:"the "Rock" Johnson""#, r#"city[eq]:"the ""Rock"" Johnson""#),
            (r#"city[eq]:"say ""hi"", now""#, r#"city[eq]:"say ""hi"", now""#),
            (r"city[eq]:'it''s'", r#"city[eq]:"it's""#),
            (r#"city[eq]:"""#, r#"city[eq]:"""#),
            (r#"city[eq]:5" pipe"#, r#"city[eq]:"5"" pipe""#),
            (r#"city[eq]:" a " "#, r#"city[eq]:" a ""#),
            (r#"city[eq]:")",not(city[eq]:"(")"#, r#"and(city[eq]:")",not(city[eq]:"("))"#),
            ("and(city[eq]:f(a, b),city[eq]:c)", r#"and(city[eq]:"f(a, b)",city[eq]:"c")"#),
            ("city[eq]:12:30", r#"city[eq]:"12:30""#),
            ("city[eq]:NULL", r#"city[eq]:"NULL""#),
            (r"city[eq]:C:\dir", r#"city[eq]:"C:\dir""#),
            ("city[eq]:漢字", r#"city[eq]:"漢字""#),
        ],
    );
}

#[test]
fn members_of_lists_are_quoted_or_unquoted() {
    assert_normal_forms(
        "person",
        &[
            ("city[in]:[a,b]", r#"city[in]:["a","b"]"#),
            (r#"city[in]:[ "a,b" , 'c]' ,O'Brien, d ]"#, r#"city[in]:["a,b","c]","O'Brien","d"]"#),
            ("city[in]:[]", "city[in]:[]"),
            ("city[in]:[a,]", r#"city[in]:["a",""]"#),
            ("not(city[in]:[(,)]),city[eq]:a", r#"and(not(city[in]:["(",")"]),city[eq]:"a")"#),
            ("position[in]:[1,2.5]", r#"position[in]:["1.0","2.5"]"#),
        ],
    );
    assert_normal_forms(
        "connectedAccount",
        &[("scopes[containsAny]:[email,'a,b']", r#"scopes[containsAny]:["email","a,b"]"#)],
    );
}

#[test]
fn every_type_of_cell_has_a_literal() {
    assert_normal_forms(
        "company",
        &[
            (
                "id[neq]:\"00000000-0000-0000-0000-000000000000\"",
                "id[neq]:\"00000000-0000-0000-0000-000000000000\"",
            ),
            (
                "accountOwnerId[in]:[20202020-0687-4C41-B707-ED1BFCA972A7]",
                "accountOwnerId[in]:[\"20202020-0687-4c41-b707-ed1bfca972a7\"]",
            ),
            ("id[like]:2020%", r#"id[like]:"2020%""#),
            ("createdAt[gte]:2025-01-31T01:00:00.500+02:00", r#"createdAt[gte]:"2025-01-30 23:00:00.500""#),
            ("idealCustomerProfile[eq]:True", r#"idealCustomerProfile[eq]:"true""#),
            ("employees[lte]:'10'", r#"employees[lte]:"10""#),
            ("annualRecurringRevenue.amountMicros[gt]:1", r#"annualRecurringRevenue.amountMicros[gt]:"1""#),
            ("address.addressLat[lt]:-.5", r#"address.addressLat[lt]:"-0.5""#),
            ("createdBy.source[eq]:API", r#"createdBy.source[eq]:"API""#),
            ("createdBy.context[like]:%key%", r#"createdBy.context[like]:"%key%""#),
            ("domainName.secondaryLinks[is]:null", "domainName.secondaryLinks[is]:NULL"),
            ("deletedAt[is]:'not_null'", "deletedAt[is]:NOT_NULL"),
        ],
    );
    assert_normal_forms("opportunity", &[("stage[in]:['NEW',CUSTOMER]", r#"stage[in]:["NEW","CUSTOMER"]"#)]);
    assert_normal_forms(
        "workflow",
        &[(r#"statuses[containsAny]:["DRAFT"]"#, r#"statuses[containsAny]:["DRAFT"]"#)],
    );
    assert_normal_forms("connectedAccount", &[("accessToken[is]:NOT_NULL", "accessToken[is]:NOT_NULL")]);
}
