//! What the stand-in for X remembers: codes that work once and for half a minute, and one living pair of tokens for each
//! account, as X has it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded::{Serializer, parse};

use crate::{crypto::opaque::OpaqueToken, demo::accounts};

pub const CLIENT_ID: &str = "roster-demo";
const CODE_LIFETIME: Duration = Duration::from_secs(30);
const ACCESS_TOKEN_SECONDS: u32 = 7_200;

/// An account at the stand-in, as X describes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    pub id: String,
    pub username: &'static str,
    pub name: &'static str,
    pub verified: bool,
    profile_image_url: &'static str,
}

/// What the query of the page asks for, if X would accept it.
pub struct Asked {
    state: String,
    challenge: String,
    pub scope: String,
}

pub struct World {
    callback_url: String,
    /// What the service sends to show that it is the app.
    credentials: String,
    changing: Mutex<Changing>,
}

#[derive(Default)]
struct Changing {
    codes: HashMap<String, Code>,
    /// By the id of the account.
    pairs: HashMap<String, Pair>,
}

struct Code {
    account: Account,
    challenge: String,
    scope: String,
    given_at: Instant,
}

struct Pair {
    account: Account,
    access_token: String,
    refresh_token: String,
    scope: String,
}

/// Two new accounts, one whose token of the example does not work any more, and one that a person of the example has.
pub fn accounts() -> [Account; 4] {
    let account = |number, username, name, verified| Account {
        id: accounts::external_id(number),
        username,
        name,
        verified,
        profile_image_url: accounts::NO_PICTURE,
    };
    [
        account(101, "NFS_Hoops", "Northfield Basketball", true),
        account(102, "NFS_Soccer", "Northfield Soccer", false),
        account(4, "NFS_Spirit", "Northfield Spirit", false),
        account(7, "CoachOkafor", "Tom Okafor", false),
    ]
}

impl World {
    pub fn new(callback_url: String, client_secret: &OpaqueToken) -> Self {
        let pair = STANDARD.encode(format!("{CLIENT_ID}:{}", client_secret.expose()));
        Self { callback_url, credentials: format!("Basic {pair}"), changing: Mutex::default() }
    }

    /// `None` if X would show an error of its own in place of the page.
    pub fn asked(&self, query: &str) -> Option<Asked> {
        let mut sent: HashMap<String, String> = parse(query.as_bytes()).into_owned().collect();
        let is = |name: &str, expected: &str| sent.get(name).is_some_and(|value| value == expected);
        let fits = is("response_type", "code")
            && is("client_id", CLIENT_ID)
            && is("redirect_uri", &self.callback_url)
            && is("code_challenge_method", "S256");
        let mut take = |name: &str| sent.remove(name).filter(|value| fits && !value.is_empty());
        Some(Asked { state: take("state")?, challenge: take("code_challenge")?, scope: take("scope")? })
    }

    /// The address to which the browser returns; without the id of an account, with an error.
    pub fn decide(&self, asked: &Asked, account_id: Option<&str>) -> String {
        let account = accounts().into_iter().find(|account| Some(account.id.as_str()) == account_id);
        let mut query = Serializer::new(String::new());
        query.append_pair("state", &asked.state);
        match account {
            Some(account) => query.append_pair("code", &self.give_code(asked, account)),
            None => query.append_pair("error", "access_denied"),
        };
        format!("{}?{}", self.callback_url, query.finish())
    }

    fn give_code(&self, asked: &Asked, account: Account) -> String {
        let text = random();
        let code = Code {
            account,
            challenge: asked.challenge.clone(),
            scope: asked.scope.clone(),
            given_at: Instant::now(),
        };
        let codes = &mut self.changing().codes;
        codes.retain(|_, code| code.given_at.elapsed() < CODE_LIFETIME);
        codes.insert(text.clone(), code);
        text
    }

    pub fn is_app(&self, authorization: &str) -> bool {
        authorization == self.credentials
    }

    /// X's answer to a code; `None` if it is spent, late or of another attempt.
    pub fn redeem(&self, code: &str, verifier: &str) -> Option<Value> {
        let mut changing = self.changing();
        let code = changing.codes.remove(code).filter(|code| {
            code.given_at.elapsed() < CODE_LIFETIME
                && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == code.challenge
        })?;
        Some(changing.give_pair(code.account, code.scope))
    }

    /// X's answer to a refresh token, which ends with it; `None` if it is not the living one.
    pub fn refresh(&self, token: &str) -> Option<Value> {
        let mut changing = self.changing();
        let pair = changing.take(|pair| pair.refresh_token == token)?;
        Some(changing.give_pair(pair.account, pair.scope))
    }

    pub fn revoke(&self, token: &str) {
        self.changing().take(|pair| pair.refresh_token == token || pair.access_token == token);
    }

    pub fn holder(&self, access_token: &str) -> Option<Account> {
        let changing = self.changing();
        let pair = changing.pairs.values().find(|pair| pair.access_token == access_token)?;
        Some(pair.account.clone())
    }

    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Changing {
    fn take(&mut self, is_wanted: impl Fn(&Pair) -> bool) -> Option<Pair> {
        let id = self.pairs.iter().find(|(_, pair)| is_wanted(pair))?.0.clone();
        self.pairs.remove(&id)
    }

    /// Ends the pair that the account had.
    fn give_pair(&mut self, account: Account, scope: String) -> Value {
        let (access_token, refresh_token) = (random(), random());
        let answer = json!({
            "token_type": "bearer",
            "expires_in": ACCESS_TOKEN_SECONDS,
            "access_token": access_token,
            "refresh_token": refresh_token,
            "scope": scope,
        });
        let id = account.id.clone();
        self.pairs.insert(id, Pair { account, access_token, refresh_token, scope });
        answer
    }
}

fn random() -> String {
    OpaqueToken::generate().expose().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLBACK: &str = "http://127.0.0.1:3000/oauth/twitter/callback";

    fn world() -> World {
        World::new(CALLBACK.to_owned(), &"secret".into())
    }

    fn query(challenge: &str) -> String {
        Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", CLIENT_ID),
                ("redirect_uri", CALLBACK),
                ("state", "1-state"),
                ("scope", "users.read offline.access"),
                ("code_challenge", challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish()
    }

    fn code(world: &World, challenge: &str) -> String {
        let asked = world.asked(&query(challenge)).unwrap();
        let back = world.decide(&asked, Some(&accounts()[0].id));
        back.rsplit_once("code=").unwrap().1.to_owned()
    }

    #[test]
    fn a_code_works_once_and_with_its_verifier() {
        let world = world();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest("verifier"));
        assert_eq!(world.redeem(&code(&world, &challenge), "another"), None);
        let code = code(&world, &challenge);
        let answer = world.redeem(&code, "verifier").unwrap();
        assert_eq!(world.redeem(&code, "verifier"), None);
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(world.holder(token).unwrap(), accounts()[0]);
    }

    #[test]
    fn one_pair_of_an_account_lives() {
        let world = world();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest("verifier"));
        let give = || world.redeem(&code(&world, &challenge), "verifier").unwrap();
        let text = |answer: &Value, name: &str| answer[name].as_str().unwrap().to_owned();
        let (first, second) = (give(), give());
        assert_eq!(world.holder(&text(&first, "access_token")), None);
        assert_eq!(world.refresh(&text(&first, "refresh_token")), None);
        let third = world.refresh(&text(&second, "refresh_token")).unwrap();
        assert_eq!(world.holder(&text(&second, "access_token")), None);
        world.revoke(&text(&third, "refresh_token"));
        assert_eq!(world.holder(&text(&third, "access_token")), None);
    }

    #[test]
    fn sends_the_browser_only_to_the_callback_address() {
        let world = world();
        assert!(world.asked(&query("c").replace("127.0.0.1", "example.com")).is_none());
        assert!(world.asked(&query("c").replace("state=1-state", "state=")).is_none());
        let asked = world.asked(&query("c")).unwrap();
        assert_eq!(world.decide(&asked, None), format!("{CALLBACK}?state=1-state&error=access_denied"));
        assert_eq!(world.decide(&asked, Some("7")), format!("{CALLBACK}?state=1-state&error=access_denied"));
    }
}
