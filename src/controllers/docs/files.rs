//! The files of the page at `/docs`: its modules and styles from `src/web/`, and the library that they import.

use std::{collections::HashMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, web::Path};

use crate::{
    controllers::pages::embedded::{self, Asset},
    error::{Error, Result},
};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FOLDER: &str = "docs/";
const STYLES: [&str; 3] = ["vendor/pico.css", "styles/theme.css", "docs/docs.css"];

/// The files by their name in the URL.
static FILES: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let modules = embedded::paths().filter(|path| path.starts_with(FOLDER) && path.ends_with(".js"));
    modules
        .map(|path| (path[FOLDER.len()..].to_owned(), Asset::new(SCRIPT, embedded::text(&path))))
        .chain([
            ("preact-htm.js".to_owned(), Asset::new(SCRIPT, embedded::text("vendor/preact-htm.js"))),
            (
                "page.css".to_owned(),
                Asset::new("text/css; charset=utf-8", STYLES.map(embedded::text).concat()),
            ),
            ("icon.svg".to_owned(), Asset::new("image/svg+xml", embedded::text("icon.svg"))),
        ])
        .collect()
});

pub async fn show(request: HttpRequest, name: Path<String>) -> Result<HttpResponse> {
    let file = FILES.get(name.as_str()).ok_or(Error::NotFound)?;
    Ok(file.answer(&request, HttpResponse::Ok()))
}
