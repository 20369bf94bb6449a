//! An action with its description: URL, verb and texts from `routes.rs`, the rest from the types in its signature.

use std::any::type_name;

use actix_web::{FromRequest, Handler, Responder, Route, http::StatusCode};

use super::{
    argument::{Arguments, Input, SignedIn},
    output::{Output, Success},
    words,
};
use crate::{controllers::at::Verb, networks::Network};

/// One route and its description.
pub struct Action {
    pub url: String,
    pub verb: Verb,
    /// A second URL of the action, with the `id` in its path instead of the body.
    pub by_id: Option<String>,
    pub tag: &'static str,
    pub summary: String,
    /// The description: more than the summary says. Empty if there is none.
    pub note: &'static str,
    /// The name of its function, such as `create`.
    pub name: &'static str,
    pub input: Input,
    pub successes: Vec<Success>,
    pub signed_in: SignedIn,
    pub failures: Vec<StatusCode>,
    /// The network whose accounts it is about, if it is about one network only.
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

    /// Its success has the status 201 instead of 200.
    pub fn created(mut self) -> Self {
        self.successes[0].status = StatusCode::CREATED;
        self
    }

    /// Its success has the status 201, or 200 if the record existed and was refreshed.
    pub fn created_or_refreshed(mut self) -> Self {
        self.successes.insert(0, Success { status: StatusCode::CREATED, ..self.successes[0].clone() });
        self
    }

    /// Adds failures that cannot be derived from its arguments.
    pub fn fails(mut self, failures: &[StatusCode]) -> Self {
        self.failures.extend(failures);
        self
    }

    /// Sets the description.
    pub fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// Also served at this URL, which has the `id` in its path.
    pub fn or_by_id(self, url: &str) -> Self {
        Self { by_id: Some(url.to_owned()), ..self }
    }

    /// Serves the action for this network, and renames keys and types in its description to the network's names.
    pub fn on(self, network: &'static Network) -> Self {
        Self {
            network: Some(network),
            input: words::rename_input(self.input, network),
            successes: self
                .successes
                .into_iter()
                .map(|success| words::rename_success(success, network))
                .collect(),
            ..self
        }
    }

    /// For an action whose response has the names of the account's network: describes it for each network.
    pub fn on_each(mut self, networks: &[&'static Network]) -> Self {
        for success in &mut self.successes {
            *success = words::rename_for_each(success, networks);
        }
        self
    }

    /// Sets the tag, which groups actions on `/docs`.
    pub fn tagged(self, tag: &'static str) -> Self {
        Self { tag, ..self }
    }

    /// Puts this prefix before its URLs.
    pub fn below(self, url: &str) -> Self {
        let by_id = self.by_id.map(|by_id| format!("{url}{by_id}"));
        Self { url: format!("{url}{}", self.url), by_id, ..self }
    }

    /// The URL, and the one by id if there is one.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        [&self.url].into_iter().chain(&self.by_id).map(String::as_str)
    }

    /// A new route that calls the action.
    pub fn route(&self) -> Route {
        (self.route)()
    }
}
