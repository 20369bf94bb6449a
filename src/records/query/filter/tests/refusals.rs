//! Every error message about a filter.

use super::parse;

#[track_caller]
fn assert_refusals(singular: &str, table: &[(&str, &str)]) {
    for (text, sentence) in table {
        match parse(singular, text) {
            Ok(filter) => panic!("{text}: {filter:?}"),
            Err(error) => assert_eq!(error.to_string(), *sentence, "{text}"),
        }
    }
}

#[test]
fn refuses_text_that_is_not_a_condition() {
    assert_refusals(
        "person",
        &[
            ("city", "'filter' invalid for 'city'. eg: price[gte]:10"),
            ("city:1", "'filter' invalid for 'city:1'. eg: price[gte]:10"),
            ("city[eq]1", "'filter' invalid for 'city[eq]1'. eg: price[gte]:10"),
            ("city[eq]:", "'filter' invalid for 'city[eq]:'. eg: price[gte]:10"),
            ("city[eq]: ,city[eq]:a", "'filter' invalid for 'city[eq]:'. eg: price[gte]:10"),
            ("[eq]:1", "'filter' invalid for '[eq]:1'. eg: price[gte]:10"),
            ("city[]:1", "'filter' invalid for 'city[]:1'. eg: price[gte]:10"),
            ("a,city[eq]:1", "'filter' invalid for 'a'. eg: price[gte]:10"),
            ("city[eq]:1,", "'filter' invalid for ''. eg: price[gte]:10"),
            ("and()", "'filter' invalid for ''. eg: price[gte]:10"),
            ("and(city[eq]:1)city[eq]:2", "'filter' invalid for 'city[eq]:2'. eg: price[gte]:10"),
            (")city[eq]:1,and(city[eq]:1", "'filter' invalid for ''. eg: price[gte]:10"),
        ],
    );
}

#[test]
fn refuses_unbalanced_parentheses() {
    let missing = |what| format!("'filter' invalid. {what} missing in the query");
    for (text, what) in [
        ("and(city[eq]:1", "1 close bracket is"),
        ("and(city[eq]:1,or(city[eq]:2", "2 close brackets are"),
        ("and(city[eq]:1))", "1 open bracket is"),
        ("city[eq]:1)))", "3 open brackets are"),
        ("city[eq]:a (b", "1 close bracket is"),
        ("and(city[eq]:\")\"", "1 close bracket is"),
    ] {
        assert_refusals("person", &[(text, &missing(what))]);
    }
}

#[test]
fn refuses_unknown_conjunctions() {
    let not = "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)";
    assert_refusals(
        "person",
        &[
            ("not(city[eq]:1,city[eq]:2)", not),
            ("not()", not),
            (
                "AND(city[eq]:1)",
                "'filter' invalid. 'AND' is not a conjunction. Available are and, or, not. \
                 eg: or(field_1[eq]:1,field_2[eq]:2)",
            ),
        ],
    );
}

#[test]
fn refuses_comparators_that_do_not_exist_or_do_not_fit() {
    assert_refusals(
        "person",
        &[
            (
                "city[foo]:1",
                "'filter' invalid for 'city[foo]:1', comparator foo not in eq, neq, in, containsAny, is, gt, gte, \
                 lt, lte, startsWith, like, ilike",
            ),
            (
                "position[like]:1",
                "'filter' comparator like not available for 'position'. \
                 Available comparators are eq, neq, in, is, gt, gte, lt, lte",
            ),
            (
                "city[containsAny]:[a]",
                "'filter' comparator containsAny not available for 'city'. \
                 Available comparators are eq, neq, in, is, gt, gte, lt, lte, startsWith, like, ilike",
            ),
            (
                "emails.additionalEmails[eq]:a",
                "'filter' comparator eq not available for 'emails.additionalEmails'. \
                 Available comparators are is, like, ilike",
            ),
            (
                "createdBy.source[gt]:API",
                "'filter' comparator gt not available for 'createdBy.source'. \
                 Available comparators are eq, neq, in, is",
            ),
        ],
    );
    assert_refusals(
        "company",
        &[(
            "idealCustomerProfile[gt]:true",
            "'filter' comparator gt not available for 'idealCustomerProfile'. \
             Available comparators are eq, neq, in, is",
        )],
    );
    assert_refusals(
        "connectedAccount",
        &[
            (
                "scopes[eq]:email",
                "'filter' comparator eq not available for 'scopes'. \
                 Available comparators are containsAny, is, like, ilike",
            ),
            (
                "accessToken[is]:guess",
                "'filter' invalid for 'accessToken[is]:[FILTERED]'. 'is' takes NULL or NOT_NULL",
            ),
            (
                "accessToken[is]:\"guess",
                "'filter' invalid for 'accessToken[is]:[FILTERED]'. 'is' takes NULL or NOT_NULL",
            ),
            (
                "handle[eq]:a,accessToken:guess",
                "'filter' invalid for 'accessToken[FILTERED]'. eg: price[gte]:10",
            ),
            (
                "accessToken[startsWith]:a",
                "'filter' comparator startsWith not available for 'accessToken'. \
                 Available comparators are is",
            ),
        ],
    );
}

#[test]
fn refuses_fields_that_do_not_exist() {
    assert_refusals(
        "person",
        &[
            ("company[eq]:1", "field 'company' does not exist in 'person' object"),
            ("company.name[eq]:1", "field 'company' does not exist in 'person' object"),
            ("city.name[eq]:1", "field 'city.name' does not exist in 'person' object"),
            ("emails.foo[eq]:1", "field 'emails.foo' does not exist in 'person' object"),
            (
                "emails.primaryEmail.x[eq]:1",
                "field 'emails.primaryEmail.x' does not exist in 'person' object",
            ),
            ("City[eq]:1", "field 'City' does not exist in 'person' object"),
            ("id.x[eq]:1", "field 'id' does not exist in 'person' object"),
            (
                "name[eq]:Ann",
                "field 'name' consists of parts. Name one of them: 'name.firstName', 'name.lastName'",
            ),
        ],
    );
}

#[test]
fn refuses_values_of_another_type() {
    assert_refusals(
        "company",
        &[
            ("position[eq]:a", "'filter' invalid for 'position[eq]:a'. 'position' takes a number, like 1.5"),
            (
                "employees[in]:[1,a]",
                "'filter' invalid for 'employees[in]:[1,a]'. 'employees' takes a whole number, like 10",
            ),
            (
                "createdAt[gt]:soon",
                "'filter' invalid for 'createdAt[gt]:soon'. \
                 'createdAt' takes a date or a date and time, like 2025-01-31T08:00:00.000Z",
            ),
            (
                "id[eq]:7",
                "'filter' invalid for 'id[eq]:7'. 'id' takes an id, like 20202020-0687-4c41-b707-ed1bfca972a7",
            ),
            (
                "idealCustomerProfile[eq]:1",
                "'filter' invalid for 'idealCustomerProfile[eq]:1'. 'idealCustomerProfile' takes true or false",
            ),
            ("name[eq]:a\0b", "'filter' invalid for 'name[eq]:a\0b'. 'name' takes text without NUL"),
            ("name[like]:\0", "'filter' invalid for 'name[like]:\0'. It takes text without NUL"),
            (
                "accountOwnerId[eq]:null",
                "'filter' invalid for 'accountOwnerId[eq]:null'. \
                 Ask for what is empty by 'is'. eg: accountOwnerId[is]:NULL",
            ),
            ("name[is]:x", "'filter' invalid for 'name[is]:x'. 'is' takes NULL or NOT_NULL"),
            (
                r"name[like]:%\\\",
                r"'filter' invalid for 'name[like]:%\\\'. Its pattern ends in a single \. Write \\ for one that is meant",
            ),
            (
                "name[eq]:'s-Hertogenbosch",
                "'filter' invalid for 'name[eq]:'s-Hertogenbosch'. \
                 Its quote does not end. Write a quote inside quotes twice",
            ),
            (
                "id[in]:x",
                "'filter' invalid for 'in' operator. Received 'x' but array value expected \
                 eg: 'field[in]:[value_1,value_2]'",
            ),
            (
                "name[in]:[a] b",
                "'filter' invalid for 'in' operator. Received '[a] b' but array value expected \
                 eg: 'field[in]:[value_1,value_2]'",
            ),
        ],
    );
    assert_refusals(
        "connectedAccount",
        &[(
            "scopes[containsAny]:email",
            "'filter' invalid for 'containsAny' operator. Received 'email' but array value expected \
             eg: 'field[containsAny]:[value_1,value_2]'",
        )],
    );
}

#[test]
fn refuses_options_that_are_not_available() {
    assert_refusals(
        "opportunity",
        &[
            (
                "stage[eq]:'X'",
                "'filter' enum value 'X' not available in 'stage' enum. \
                 Available enum values are ['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER']",
            ),
            (
                "stage[in]:[NEW,new]",
                "'filter' enum value 'new' not available in 'stage' enum. \
                 Available enum values are ['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER']",
            ),
            (
                "stage[neq]:NULL",
                "'filter' invalid for 'stage[neq]:NULL'. Ask for what is empty by 'is'. eg: stage[is]:NULL",
            ),
        ],
    );
    assert_refusals(
        "workflow",
        &[(
            "statuses[containsAny]:[DRAFT,OLD]",
            "'filter' enum value 'OLD' not available in 'statuses' enum. \
             Available enum values are ['DRAFT', 'ACTIVE', 'DEACTIVATED']",
        )],
    );
}

#[test]
fn refuses_too_many_conditions_and_too_much_nesting() {
    let nested = |depth| format!("{}city[eq]:1{}", "not(".repeat(depth), ")".repeat(depth));
    let listed = |count| vec!["city[eq]:1"; count].join(",");
    assert!(parse("person", &nested(50)).is_ok());
    assert!(parse("person", &listed(200)).is_ok());
    assert_refusals(
        "person",
        &[
            (&nested(51), "'filter' invalid. It holds conjunctions more than 50 deep"),
            (&listed(201), "'filter' invalid. It holds more than 200 conditions"),
        ],
    );
}

#[test]
fn refuses_too_many_and_too_long_patterns() {
    const TOO_LONG: &str = "'filter' invalid. It holds patterns of more than 512 letters together";
    let long = |length| format!("city[like]:{}", "ä".repeat(length));
    let many = |count| {
        let patterns = ["city[like]:a%", "not(city[ilike]:%b)"].into_iter().cycle().take(count);
        format!("or({})", patterns.collect::<Vec<_>>().join(","))
    };
    assert!(parse("person", &long(512)).is_ok());
    assert!(parse("person", &many(10)).is_ok());
    assert_refusals(
        "person",
        &[
            (&long(513), TOO_LONG),
            (&format!("city[like]:é%,{}", long(511)), TOO_LONG),
            (&many(11), "'filter' invalid. It holds more than 10 patterns"),
        ],
    );
}

#[test]
fn truncates_what_it_repeats() {
    let error = parse("person", &format!("position[eq]:{}", "ä".repeat(5_000))).expect_err("no number");
    assert_eq!(
        error.to_string(),
        format!(
            "'filter' invalid for 'position[eq]:{}…'. 'position' takes a number, like 1.5",
            "ä".repeat(107)
        )
    );
}
