//! One URL and the verbs it answers; any other verb is 405, with those it answers in `Allow`.

use actix_web::{FromRequest, Handler, Resource, Responder, Route, dev::HttpServiceFactory, guard, web};

use crate::{error::Error, networks::Network};

/// What an action is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

pub struct At {
    resource: Resource,
    verbs: Vec<&'static str>,
}

pub fn at(path: &str) -> At {
    At { resource: web::resource(path), verbs: Vec::new() }
}

impl Verb {
    /// HEAD is GET without the body, and Rails answers PATCH wherever it answers PUT.
    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Post => &["POST"],
            Self::Put => &["PUT", "PATCH"],
            Self::Delete => &["DELETE"],
        }
    }

    /// A route for all methods of the verb.
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

/// A verb's method on [`At`].
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
    /// All its actions are for this network.
    pub fn for_network(mut self, network: &'static Network) -> Self {
        self.resource = self.resource.app_data(network);
        self
    }

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
