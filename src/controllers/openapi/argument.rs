//! What follows from the type of an action's argument: what it reads, and how extracting it can fail.

use actix_web::{
    http::StatusCode,
    web::{Data, Header},
};
use serde_json::{Value, json};

use super::{Document, requests};
use crate::{
    app::App,
    controllers::{
        api::id::{Id, UniqueId},
        client::Client,
        idempotency_key::{self, IdempotencyKey},
        session::Visitor,
    },
    models::session::Session,
    networks::Network,
    parameters::{Body, BodyOrQuery, Fields, Kind as _, Query, kind::Schemas},
};

/// What an action reads, as the description has it.
#[derive(Default)]
pub struct Input {
    /// In the path, the query and the headers.
    pub parameters: Vec<Value>,
    /// The schema of the body.
    pub body: Option<Value>,
    /// The schemas that it refers to.
    pub schemas: Schemas,
}

/// Whether an action needs a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignedIn {
    Never,
    Optional,
    Always,
}

/// An extractor, as the description has it.
pub trait Argument {
    const FAILURES: &'static [StatusCode];
    const SIGNED_IN: SignedIn = SignedIn::Never;

    /// Adds what it reads to the description.
    fn describe(_: &mut Input) {}
}

impl Argument for Session {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNAUTHORIZED];
    const SIGNED_IN: SignedIn = SignedIn::Always;
}

impl Argument for Visitor {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNAUTHORIZED];
    const SIGNED_IN: SignedIn = SignedIn::Optional;
}

impl<T: Fields> Argument for Body<T> {
    const FAILURES: &'static [StatusCode] = &[
        StatusCode::BAD_REQUEST,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ];

    fn describe(input: &mut Input) {
        input.body = Some(T::schema());
        T::add_schemas(&mut input.schemas);
    }
}

impl<T: Fields> Argument for Query<T> {
    const FAILURES: &'static [StatusCode] = &[StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];

    fn describe(input: &mut Input) {
        let parameters = T::properties().into_iter();
        input
            .parameters
            .extend(parameters.map(|one| requests::query_parameter(one.name, one.is_required, one.schema)));
    }
}

/// What the body leaves out, the query may say, so neither requires anything.
impl<T: Fields> Argument for BodyOrQuery<T> {
    const FAILURES: &'static [StatusCode] = Body::<T>::FAILURES;

    fn describe(input: &mut Input) {
        let parameters = T::properties().into_iter();
        input.parameters.extend(parameters.map(|one| requests::query_parameter(one.name, false, one.schema)));
        Body::<T>::describe(input);
        if let Some(schema) = input.schemas.get_mut(T::NAME).and_then(Value::as_object_mut) {
            schema.remove("required");
        }
    }
}

impl Argument for Id {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];

    fn describe(input: &mut Input) {
        input.parameters.push(requests::path_id(&json!({ "type": "integer" })));
    }
}

impl Argument for UniqueId {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];

    fn describe(input: &mut Input) {
        input.parameters.push(requests::path_id(&json!({ "type": "string", "format": "uuid" })));
    }
}

impl Argument for IdempotencyKey {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNPROCESSABLE_ENTITY];

    fn describe(input: &mut Input) {
        input.parameters.push(json!({
            "name": idempotency_key::HEADER,
            "in": "header",
            "description": "A name of your own for this request: sent again with the same name, it is answered the \
                same for 24 hours, and\nnothing is done twice.",
            "required": false,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" },
        }));
    }
}

/// An action that takes the client limits its attempts.
impl Argument for Client {
    const FAILURES: &'static [StatusCode] = &[StatusCode::TOO_MANY_REQUESTS];
}

/// An action that takes the app uses its database.
impl Argument for Data<App> {
    const FAILURES: &'static [StatusCode] =
        &[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
}

impl Argument for &'static Network {
    const FAILURES: &'static [StatusCode] = &[];
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
    fn describe(input: &mut Input);
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

            #[allow(unused_variables, reason = "an action may have no arguments")]
            fn describe(input: &mut Input) {
                $($argument::describe(input);)*
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
