//! What the page at `/docs` is made of: Swagger UI, embedded in the binary, and the script that starts it.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpResponse,
    http::header::ContentEncoding,
    web::{Bytes, Path},
};
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::error::{Error, Result};

const SCRIPT: &str = include_str!("page.js");
const VENDORED: [&str; 3] = ["favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css"];

/// One of the files, by its name.
pub async fn show(name: Path<String>) -> Result<HttpResponse> {
    if name.as_str() == "page.js" {
        return Ok(HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT));
    }
    let SwaggerFile { bytes, content_type, gzpipped, .. } = vendored(&name)?;
    let mut response = HttpResponse::Ok();
    if gzpipped {
        response.insert_header(ContentEncoding::Gzip);
    }
    Ok(response.content_type(content_type).body(match bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }))
}

fn vendored(name: &str) -> Result<SwaggerFile<'static>> {
    let name = VENDORED.into_iter().find(|vendored| *vendored == name).ok_or(Error::NotFound)?;
    let file = utoipa_swagger_ui::serve(name, Arc::new(Config::default()));
    file.map_err(|error| Error::ours(error.to_string()))?.ok_or(Error::NotFound)
}
