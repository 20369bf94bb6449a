//! Numbers keep every digit on their way in and out.

use crate::{
    caller::{Caller, id},
    on_both_databases,
};
use reqwest::Method;

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
}
