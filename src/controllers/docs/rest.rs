//! The description of `/rest` for the page at `/docs`. It is the same on every installation, so readers need no key for
//! it; `GET /open-api/core` withholds it without one, as Twenty does.

use actix_web::{HttpResponse, Responder, web::Data};

use crate::controllers::{answer, rest::openapi::Description};

pub async fn show(description: Data<Description>) -> impl Responder {
    HttpResponse::Ok().content_type(answer::JSON).body(description.full())
}
