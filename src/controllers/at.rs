//! One URL and the verbs it answers; any other verb is 405 and told which.

use actix_web::{FromRequest, Handler, Resource, Responder, Route, dev::HttpServiceFactory, guard, web};

use crate::error::Error;

pub struct At {
    resource: Resource,
    verbs: Vec<&'static str>,
}

pub fn at(path: &str) -> At {
    At { resource: web::resource(path), verbs: Vec::new() }
}

impl At {
    /// Also answers HEAD, without the body.
    pub fn get<F, Args>(self, action: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let either = Route::new().guard(guard::Any(guard::Get()).or(guard::Head()));
        self.route(&["GET", "HEAD"], either.to(action))
    }

    pub fn post<F, Args>(self, action: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["POST"], web::post().to(action))
    }

    /// Rails answers PATCH wherever it answers PUT.
    pub fn put<F, Args>(self, action: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let either = Route::new().guard(guard::Any(guard::Put()).or(guard::Patch()));
        self.route(&["PUT", "PATCH"], either.to(action))
    }

    pub fn delete<F, Args>(self, action: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["DELETE"], web::delete().to(action))
    }

    fn route(mut self, verbs: &[&'static str], route: Route) -> Self {
        self.verbs.extend(verbs);
        self.resource = self.resource.route(route);
        self
    }
}

impl HttpServiceFactory for At {
    fn register(self, config: &mut actix_web::dev::AppService) {
        let allowed = self.verbs.join(", ");
        let refuse = move || {
            let allowed = allowed.clone();
            async move { Err::<String, Error>(Error::MethodNotAllowed(allowed)) }
        };
        self.resource.default_service(web::to(refuse)).register(config);
    }
}
