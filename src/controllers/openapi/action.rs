//! What is known of an action: what it says of itself, and what follows from its arguments.

use actix_web::{FromRequest, Handler, http::StatusCode};
use utoipa::openapi::OpenApi;

use super::argument::{Arguments, Input, SignedIn};

pub struct Action {
    pub document: OpenApi,
    pub input: Input,
    pub signed_in: SignedIn,
    pub failures: Vec<StatusCode>,
    /// A second URL it answers, which has the `id` that its body names at the first.
    pub by_id: Option<&'static str>,
}

impl Action {
    /// `others` are the failures its arguments do not tell of.
    pub fn new<F, Args>(_: F, document: OpenApi, others: &[StatusCode]) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Arguments,
    {
        let mut failures = Args::failures();
        failures.extend(others);
        let mut input = Input::default();
        Args::describe(&mut input);
        Self { document, input, signed_in: Args::signed_in(), failures, by_id: None }
    }

    pub fn or_by_id(self, path: &'static str) -> Self {
        Self { by_id: Some(path), ..self }
    }
}

/// `action!(sessions::create)`, or `action!(sessions::create, UNAUTHORIZED)` where its body fails so, too.
macro_rules! action {
    ($($name:ident)::+ $(, $other:ident)*) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($name)::+))]
        struct Described;
        $crate::controllers::openapi::action::Action::new(
            $($name)::+,
            <Described as utoipa::OpenApi>::openapi(),
            &[$(actix_web::http::StatusCode::$other),*],
        )
    }};
}
pub(super) use action;
