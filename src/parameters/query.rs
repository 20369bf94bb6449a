//! The query string, for lists: the same fold and the same readers as for a body.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{Hash, Parameters, form, rack};
use crate::error::{Error, Result};

/// What the query string said.
#[derive(Debug)]
pub struct Query(Parameters);

impl Query {
    /// As [`Parameters::read`].
    pub fn read<T>(&self, action: impl FnOnce(&Hash<'_>) -> T) -> Result<T> {
        self.0.read(action)
    }
}

impl FromRequest for Query {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form::pairs(request.query_string().as_bytes());
        ready(pairs.and_then(rack::fold).map(|root| Self(root.into())))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn page(url: &str) -> Result<u32> {
        let (request, mut payload) = TestRequest::with_uri(url).to_http_parts();
        Query::from_request(&request, &mut payload).await?.read(|root| root.page("page").get())
    }

    #[actix_web::test]
    async fn reads_the_page() {
        for (url, expected) in
            [("/x", 1), ("/x?", 1), ("/x?other=1", 1), ("/x?page=7", 7), ("/x?page=1&page=2", 2)]
        {
            assert_eq!(page(url).await.unwrap(), expected, "{url}");
        }
    }

    #[actix_web::test]
    async fn refuses_what_is_no_page_or_no_query() {
        let refused = page("/x?page=x").await.unwrap_err();
        assert_eq!(refused.to_string(), "Invalid parameter 'page' value \"x\": Must be a positive Integer");
        assert!(matches!(page("/x?page=%zz").await, Err(Error::Unreadable(_))));
    }
}
