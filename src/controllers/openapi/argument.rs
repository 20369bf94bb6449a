//! What the description derives from the types of an action's arguments: parameters, body, session and failures.

use actix_web::{
    http::StatusCode,
    web::{Data, Header},
};
use serde_json::{Value, json};

use super::{Document, requests};
use crate::{
    app::App,
    controllers::{
        api::id::{DeliveryId, Id, UniqueId},
        client::Client,
        idempotency_key::{self, IdempotencyKey},
        session::Visitor,
    },
    models::session::Session,
    networks::Network,
    parameters::{Body, BodyOrQuery, Fields, Kind as _, Query, kind::Schemas},
};

/// The parameters and the body of an action, as the description lists them.
#[derive(Default)]
pub struct Input {
    /// The parameters of the path, the query and the headers.
    pub parameters: Vec<Value>,
    /// The schema of the body.
    pub body: Option<Value>,
    /// The schemas that the body refers to, by name.
    pub schemas: Schemas,
}

/// Whether an action needs a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignedIn {
    Never,
    Optional,
    Always,
}

/// An extractor that can be described.
pub trait Argument {
    /// The statuses with which the extractor, or an action that uses it, can fail.
    const FAILURES: &'static [StatusCode];
    const SIGNED_IN: SignedIn = SignedIn::Never;

    /// Adds its parameters or its body to the description.
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
        let parameters = T::properties()
            .into_iter()
            .map(|property| requests::query_parameter(property.name, property.is_required, property.schema));
        input.parameters.extend(parameters);
    }
}

/// A parameter may be in the body or in the query, so neither requires it.
impl<T: Fields> Argument for BodyOrQuery<T> {
    const FAILURES: &'static [StatusCode] = Body::<T>::FAILURES;

    fn describe(input: &mut Input) {
        let parameters = T::properties().into_iter();
        let parameters =
            parameters.map(|property| requests::query_parameter(property.name, false, property.schema));
        input.parameters.extend(parameters);
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

impl Argument for DeliveryId {
    const FAILURES: &'static [StatusCode] = &[StatusCode::NOT_FOUND];

    fn describe(input: &mut Input) {
        let schema = json!({ "type": "string", "format": "uuid" });
        input.parameters.push(requests::path_parameter("delivery_id", &schema));
    }
}

impl Argument for IdempotencyKey {
    const FAILURES: &'static [StatusCode] = &[StatusCode::UNPROCESSABLE_ENTITY];

    fn describe(input: &mut Input) {
        input.parameters.push(json!({
            "name": idempotency_key::HEADER,
            "in": "header",
            "description": "A key that you choose for this request. If you send the request again with the same key \
                within 24 hours,\nyou get the stored response, and nothing is done twice.",
            "required": false,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" },
        }));
    }
}

/// An action needs the client only to throttle attempts.
impl Argument for Client {
    const FAILURES: &'static [StatusCode] = &[StatusCode::TOO_MANY_REQUESTS];
}

/// An action needs the app for its database, which can fail or be busy.
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

/// The arguments of an action together: a tuple of [`Argument`]s.
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
