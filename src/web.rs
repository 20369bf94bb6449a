//! The pages as files: everything under `src/web/` travels in the binary. One digest over all of them stands in
//! every asset's URL, so a browser may keep what it has for ever, and a new build is a new set of URLs.

use std::{borrow::Cow, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

#[derive(RustEmbed)]
#[folder = "src/web/"]
struct Files;

/// The page, with the URLs of this build's assets in it, and the digest in those.
pub struct Page {
    pub html: String,
    pub digest: String,
}

pub static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let digest = digest();
    let template = file("index.html").unwrap_or_default();
    let html = String::from_utf8_lossy(&template)
        .replace("<!-- modules -->", &preloads())
        .replace("{assets}", &format!("assets/{digest}"));
    Page { html, digest }
});

/// An embedded file's bytes.
pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Files::get(path).map(|file| file.data)
}

/// Modules import each other; naming all of them at once spares the browser the detours.
fn preloads() -> String {
    let modules = Files::iter().filter(|path| path.ends_with(".js"));
    let links = modules.map(|path| format!("<link rel=\"modulepreload\" href=\"{{assets}}/{path}\">"));
    links.collect::<Vec<_>>().join("\n")
}

fn digest() -> String {
    let mut hasher = Sha256::new();
    for path in Files::iter() {
        hasher.update(path.as_bytes());
        hasher.update(file(&path).unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(&hasher.finalize()[..9])
}
