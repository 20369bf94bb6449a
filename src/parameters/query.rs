//! The query string, parsed like a body: with the same nesting rules and kinds.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{Fields, Parameters, form, rack, request};
use crate::error::{Error, Result};

pub struct Query<T>(pub T);

impl<T: Fields> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = parse(request).and_then(|query| query.parse(None, request::now(request)?));
        ready(parsed.map(Self))
    }
}

pub(super) fn parse(request: &HttpRequest) -> Result<Parameters> {
    form::pairs(request.query_string().as_bytes()).and_then(rack::fold).map(Parameters::from)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::{clock::Moment, models::page::Page, parameters::parameters};

    parameters! {
        struct Paged {
            page: Page,
        }
    }

    fn page(url: &str) -> Result<Page> {
        let query = parse(&TestRequest::with_uri(url).to_http_request())?;
        query.parse(None, Moment::MIN).map(|paged: Paged| paged.page)
    }

    #[test]
    fn parses_the_page() {
        for (url, expected) in
            [("/x", 1), ("/x?", 1), ("/x?other=1", 1), ("/x?page=7", 7), ("/x?page=1&page=2", 2)]
        {
            assert_eq!(page(url).unwrap().offset(), (expected - 1) * Page::FIRST.limit(), "{url}");
        }
    }

    #[test]
    fn refuses_invalid_pages_and_queries() {
        let refused = page("/x?page=x").unwrap_err();
        assert_eq!(refused.to_string(), "Invalid parameter 'page' value \"x\": Must be a positive Integer");
        assert!(matches!(page("/x?page=%zz"), Err(Error::Unreadable(_))));
    }
}
