//! An account that breaks is told to the people who can connect it again, once, and not at once.

use crate::{
    on_both_databases,
    support::{
        mailbox::{Mailbox, Manner},
        peer::FALCONS,
        people::email,
        server::TestApp,
    },
};

use super::{Falcons, advance, connect, eventually};
use crate::jobs::lines;

/// From now on the service sends mail.
fn with_mail(app: &mut TestApp) -> Mailbox {
    let mailbox = Mailbox::open(Manner::Keep);
    app.restart_with(|settings| mailbox.set_up(settings));
    mailbox
}

fn waiting(app: &TestApp) -> usize {
    lines(&app.database, "SELECT kind AS line FROM jobs WHERE kind IN ('broken-account', 'letter')").len()
}

fn break_it(app: &TestApp, falcons: &Falcons) {
    falcons.peer.end_families(FALCONS);
    advance(app, 121);
    assert_eq!(falcons.token(), "");
}

on_both_databases! {
    fn admins_are_told_of_an_account_of_the_workspace_after_a_while(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let (_adam, _mia) = (falcons.olga.admin("adam"), falcons.olga.colleague("mia"));
        let mailbox = with_mail(app);
        break_it(app, &falcons);
        assert_eq!((waiting(app), mailbox.tries()), (1, 0));
        advance(app, 16);
        let letters = mailbox.received(2);
        let mut told: Vec<_> = letters.iter().map(|letter| letter.to.clone()).collect();
        told.sort();
        assert_eq!(told, [email("adam"), email("olga")]);
        assert!(letters[0].text.contains("@Falcons") && letters[0].text.contains("/#/workspace"), "{}", letters[0].text);
        connect(&falcons.olga, &falcons.peer, "workspace");
        break_it(app, &falcons);
        advance(app, 16);
        eventually("the end of the jobs", || waiting(app) == 0);
        assert_eq!(mailbox.tries(), 2, "once a day");
    }

    fn nobody_is_told_of_an_account_that_works_again(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mailbox = with_mail(app);
        break_it(app, &falcons);
        connect(&falcons.olga, &falcons.peer, "workspace");
        advance(app, 16);
        eventually("the end of the job", || waiting(app) == 0);
        assert_eq!(mailbox.tries(), 0);
    }

    fn only_its_holder_is_told_of_a_personal_account(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mia = falcons.olga.colleague("mia");
        let mailbox = with_mail(app);
        falcons.peer.sign_in("7", "Hawks");
        connect(&mia, &falcons.peer, "personal");
        falcons.peer.end_families("7");
        advance(app, 121);
        mia.client.send(reqwest::Method::GET, "/rest/connectedAccounts", None).expect("an answer");
        advance(app, 16);
        let letter = mailbox.received(1).remove(0);
        assert_eq!(letter.to, email("mia"));
        assert!(letter.text.contains("/#/personal"), "{}", letter.text);
    }
}
