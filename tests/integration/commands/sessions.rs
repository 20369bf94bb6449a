use crate::{
    commands::run_beside,
    on_both_databases,
    rest::caller::Caller,
    support::people::{Person, email},
};
use roster::models::api_key::Scope;

on_both_databases! {
    fn end_for_a_person_a_workspace_or_everybody(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        let (mia, noah) = (olga.colleague("mia"), olga.colleague("noah"));
        let otto = Person::owner_of(app, "otto", "Southside");
        let program = Caller::key(app, &olga, &[Scope::Read]);
        let end = |flags: &[&str]| run_beside(app, &[&["sessions", "end"], flags].concat());
        let are_signed_in = |expected: [bool; 4]| {
            let answers = [&olga, &mia, &noah, &otto].map(|person| person.get("users").0 == 200);
            assert_eq!(answers, expected);
        };
        end(&["--user", &email("noah")]).expect_success().line("Ended 1 session. API keys still open /rest");
        are_signed_in([true, true, false, true]);
        end(&["--workspace", "Northside"]).expect_success().line("Ended 2 sessions.");
        are_signed_in([false, false, false, true]);
        end(&["--workspace", &otto.workspace_id.to_string()]).expect_success().line("Ended 1 session.");
        end(&["--all"]).expect_success().line("Ended 0 sessions.");
        are_signed_in([false; 4]);
        assert_eq!(program.get("people").0, 200, "keys stay");
    }

    fn name_one_workspace_or_none(app: &mut TestApp) {
        let twins = [Person::owner_of(app, "olga", "Northside"), Person::owner_of(app, "otto", "Northside")];
        let end = |flags: &[&str]| run_beside(app, &[&["sessions", "end"], flags].concat());
        end(&["--workspace", "Northside"]).expect_refusal("Several workspaces have the name \"Northside\"");
        end(&["--workspace", "Nowhere"]).expect_refusal("There is no workspace \"Nowhere\"");
        end(&["--user", "nobody@example.test"]).expect_refusal("Nobody signs in with nobody@example.test");
        end(&["--user", "nobody"]).expect_refusal("is no e-mail address");
        assert_eq!(end(&[]).code, Some(2), "it takes one of the flags");
        assert_eq!(end(&["--all", "--user", &email("olga")]).code, Some(2));
        assert!(twins.iter().all(|person| person.get("users").0 == 200));
    }
}
