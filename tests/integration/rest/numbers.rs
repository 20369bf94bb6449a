//! Numbers keep every digit when written and read; a number with a whole value is written as an integer.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Caller, bad_request, id},
};

on_both_databases! {
    fn every_digit_is_kept(app: &mut TestApp) {
        let program = Caller::program(app);
        for text in
            ["462.47100192489876", "0.1", "-1e-300", "1.7976931348623157e308", "9007199254740993", "-0.0"]
        {
            let (status, answer) =
                program.send_text(Method::POST, "people", format!("{{\"position\":{text}}}"));
            assert_eq!(status, 201, "{text}: {answer}");
            let person = &answer["data"]["createPerson"];
            let sent: f64 = text.parse().expect("a number");
            assert_eq!(person["position"].as_f64(), Some(sent), "{text}");
            let found = program.found("people", &[("filter", &format!("position[eq]:{text}"))]);
            assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(person)], "{text}");
        }
    }

    fn an_integer_may_be_written_with_a_zero_fraction(app: &mut TestApp) {
        let program = Caller::program(app);
        for (text, number) in [
            ("1.0", 1_i64),
            ("-1000.00", -1000),
            ("1e3", 1000),
            ("9007199254740991.0", 9_007_199_254_740_991),
        ] {
            let (status, answer) =
                program.send_text(Method::POST, "companies", format!("{{\"employees\":{text}}}"));
            assert_eq!(status, 201, "{text}: {answer}");
            assert_eq!(answer["data"]["createCompany"]["employees"], json!(number), "{text}");
        }
        for (filter, count) in [("employees[eq]:1000.0", 1), ("employees[in]:[1.00,-1000.0]", 2)] {
            assert_eq!(program.found("companies", &[("filter", filter)]).len(), count, "{filter}");
        }
        for text in ["1.5", "9007199254740992.0", "1e300"] {
            let (status, answer) =
                program.send_text(Method::POST, "companies", format!("{{\"employees\":{text}}}"));
            let sent: Value = serde_json::from_str(text).expect("a number");
            let refused = bad_request(&format!("employees: {sent} is not a whole number, like 10"));
            assert_eq!((status, answer), refused, "{text}");
        }
    }
}
