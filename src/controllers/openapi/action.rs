//! A described action: its URL and its verb, what is said of it, and what its signature says for itself.

use std::any::type_name;

use actix_web::{FromRequest, Handler, Responder, Route, http::StatusCode};

use super::{
    argument::{Arguments, Input, SignedIn},
    output::{Output, Success},
    words,
};
use crate::{controllers::at::Verb, networks::Network};

/// One line of `routes.rs`.
pub struct Action {
    pub url: String,
    pub verb: Verb,
    /// A second URL it answers, which has the `id` that its body names at the first.
    pub by_id: Option<String>,
    pub tag: &'static str,
    pub summary: String,
    /// What the summary leaves out.
    pub note: &'static str,
    /// Its name in Rust, such as `create`.
    pub name: &'static str,
    pub input: Input,
    pub successes: Vec<Success>,
    pub signed_in: SignedIn,
    pub failures: Vec<StatusCode>,
    /// The network that it is for, if it is for one.
    pub network: Option<&'static Network>,
    route: Box<dyn Fn() -> Route>,
}

/// Constructors for the verbs, such as `get("/teams", teams::index, "List teams")`.
macro_rules! verbs {
    ($($name:ident $verb:ident)*) => {
        $(pub fn $name<F, Args>(url: &str, action: F, summary: impl Into<String>) -> Action
        where
            F: Handler<Args>,
            Args: FromRequest + Arguments + 'static,
            F::Output: Responder + Output + 'static,
        {
            Action::new(Verb::$verb, url, action, summary)
        })*
    };
}

verbs!(get Get post Post put Put delete Delete);

impl Action {
    fn new<F, Args>(verb: Verb, url: &str, action: F, summary: impl Into<String>) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Arguments + 'static,
        F::Output: Responder + Output + 'static,
    {
        let mut input = Input::default();
        Args::describe(&mut input);
        Self {
            url: url.to_owned(),
            verb,
            by_id: None,
            tag: "",
            summary: summary.into(),
            note: "",
            name: type_name::<F>().rsplit("::").next().unwrap_or_default(),
            input,
            successes: F::Output::successes(),
            signed_in: Args::signed_in(),
            failures: Args::failures(),
            network: None,
            route: Box::new(move || verb.route(action.clone())),
        }
    }

    /// Its success is 201.
    pub fn created(mut self) -> Self {
        self.successes[0].status = StatusCode::CREATED;
        self
    }

    /// Its success is 201 or, for what is there already, 200.
    pub fn created_or_refreshed(mut self) -> Self {
        self.successes.insert(0, Success { status: StatusCode::CREATED, ..self.successes[0].clone() });
        self
    }

    /// Failures that do not follow from its arguments.
    pub fn fails(mut self, failures: &[StatusCode]) -> Self {
        self.failures.extend(failures);
        self
    }

    pub fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    pub fn or_by_id(self, url: &str) -> Self {
        Self { by_id: Some(url.to_owned()), ..self }
    }

    /// For a network: served and described in its words.
    pub fn on(self, network: &'static Network) -> Self {
        Self {
            network: Some(network),
            input: words::of_input(self.input, network),
            successes: self
                .successes
                .into_iter()
                .map(|success| words::of_success(success, network))
                .collect(),
            ..self
        }
    }

    /// For accounts of each of these networks: its answer is in the words of the account's.
    pub fn on_each(mut self, networks: &[&'static Network]) -> Self {
        for success in &mut self.successes {
            *success = words::of_success_on_each(success, networks);
        }
        self
    }

    pub fn tagged(self, tag: &'static str) -> Self {
        Self { tag, ..self }
    }

    /// With the URLs below this one.
    pub fn below(self, url: &str) -> Self {
        let by_id = self.by_id.map(|by_id| format!("{url}{by_id}"));
        Self { url: format!("{url}{}", self.url), by_id, ..self }
    }

    pub fn urls(&self) -> impl Iterator<Item = &str> {
        [&self.url].into_iter().chain(&self.by_id).map(String::as_str)
    }

    pub fn route(&self) -> Route {
        (self.route)()
    }
}
