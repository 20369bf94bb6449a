//! One URL and its actions. Any other method gets 405, with the allowed methods in the header `Allow`.

use actix_web::{FromRequest, Handler, Resource, Responder, Route, dev::HttpServiceFactory, guard, web};

use crate::{error::Error, networks::Network};

/// The verb of a route; PUT includes PATCH, and GET includes HEAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

/// The actions of one URL.
pub struct At {
    resource: Resource,
    verbs: Vec<&'static str>,
}

pub fn at(path: &str) -> At {
    At { resource: web::resource(path), verbs: Vec::new() }
}

impl Verb {
    /// HEAD is GET without the body; Rails serves PATCH wherever it serves PUT.
    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Post => &["POST"],
            Self::Put => &["PUT", "PATCH"],
            Self::Delete => &["DELETE"],
        }
    }

    /// A route that accepts every method of the verb.
    pub fn route<F, Args>(self, action: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = match self {
            Self::Get => Route::new().guard(guard::Any(guard::Get()).or(guard::Head())),
            Self::Post => web::post(),
            Self::Put => Route::new().guard(guard::Any(guard::Put()).or(guard::Patch())),
            Self::Delete => web::delete(),
        };
        route.to(action)
    }
}

/// Defines methods of [`At`] that add an action, such as `get(action)`.
macro_rules! verbs {
    ($($name:ident $verb:ident)*) => {
        impl At {
            $(pub fn $name<F, Args>(self, action: F) -> Self
            where
                F: Handler<Args>,
                Args: FromRequest + 'static,
                F::Output: Responder + 'static,
            {
                self.on(Verb::$verb, Verb::$verb.route(action))
            })*
        }
    };
}

verbs!(get Get post Post put Put delete Delete);

impl At {
    /// Sets the network that the actions of this URL extract as `&'static Network`.
    pub fn for_network(mut self, network: &'static Network) -> Self {
        self.resource = self.resource.app_data(network);
        self
    }

    /// Adds a route and its methods to `Allow`.
    pub fn on(mut self, verb: Verb, route: Route) -> Self {
        self.verbs.extend(verb.methods());
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
