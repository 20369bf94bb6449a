//! What is known of an action: what it says of itself, and what its arguments can answer before it runs.

use actix_web::{FromRequest, Handler, http::StatusCode, web::Data, web::Header};
use utoipa::openapi::OpenApi;

use crate::{
    app::App,
    controllers::{
        api::{
            id::{Id, UniqueId},
            v4::team_users::InPath,
        },
        client::Client,
        idempotency_key::IdempotencyKey,
        openapi::Document,
        session::Visitor,
    },
    models::session::Session,
    parameters::{Parameters, Query},
};

pub struct Action {
    pub document: OpenApi,
    pub signed_in: SignedIn,
    pub failures: Vec<StatusCode>,
    /// A second URL it answers, which has the `id` that its body names at the first.
    pub by_id: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignedIn {
    Never,
    IfTheyLike,
    Always,
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
        Self { document, signed_in: Args::signed_in(), failures, by_id: None }
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

/// What an argument answers when it cannot be had.
pub trait Argument {
    const FAILURES: &'static [StatusCode];
    const SIGNED_IN: SignedIn = SignedIn::Never;
}

impl Argument for Session {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNAUTHORIZED];
    const SIGNED_IN: SignedIn = SignedIn::Always;
}

impl Argument for Visitor {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNAUTHORIZED];
    const SIGNED_IN: SignedIn = SignedIn::IfTheyLike;
}

impl Argument for Parameters {
    const FAILURES: &'static [StatusCode] = &[
        StatusCode::BAD_REQUEST,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ];
}

impl Argument for Query {
    const FAILURES: &'static [StatusCode] = &[StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
}

impl Argument for Id {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];
}

impl Argument for UniqueId {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];
}

impl Argument for InPath {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];
}

impl Argument for IdempotencyKey {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNPROCESSABLE_ENTITY];
}

/// Who asks for the client counts its attempts.
impl Argument for Client {
    const FAILURES: &'static [StatusCode] = &[StatusCode::TOO_MANY_REQUESTS];
}

/// Who asks for the app goes to its database.
impl Argument for Data<App> {
    const FAILURES: &'static [StatusCode] =
        &[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
}

impl Argument for Data<Document> {
    const FAILURES: &'static [StatusCode] = &[];
}

impl<T> Argument for Header<T> {
    const FAILURES: &'static [StatusCode] = &[];
}

/// All arguments of an action together.
pub trait Arguments {
    fn failures() -> Vec<StatusCode>;
    fn signed_in() -> SignedIn;
}

macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<$($argument: Argument),*> Arguments for ($($argument,)*) {
            fn failures() -> Vec<StatusCode> {
                <[&[StatusCode]]>::concat(&[$($argument::FAILURES),*])
            }

            fn signed_in() -> SignedIn {
                [SignedIn::Never $(, $argument::SIGNED_IN)*].into_iter().max().unwrap_or(SignedIn::Never)
            }
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
