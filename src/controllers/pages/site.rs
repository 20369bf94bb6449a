//! The pages as they are sent: everything under `src/web/` travels in the binary, and is joined and compressed once.
//! One digest over all of it stands in every asset's URL, so a browser may keep what it has for ever.

use std::{borrow::Cow, collections::HashMap, io::Write as _, sync::LazyLock};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, Encoding, Header as _, VARY},
    web::Bytes,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::joined;

#[derive(RustEmbed)]
#[folder = "src/web/"]
struct Files;

/// In the order they build on each other.
const STYLES: [&str; 9] = [
    "vendor/pico.css",
    "styles/theme.css",
    "styles/frame.css",
    "styles/forms.css",
    "styles/buttons.css",
    "styles/progress.css",
    "styles/rows.css",
    "styles/dialog.css",
    "styles/places.css",
];

pub struct Site {
    pub digest: String,
    pub page: Asset,
    pub assets: HashMap<&'static str, Asset>,
}

/// A text in the three forms it is sent in.
pub struct Asset {
    kind: &'static str,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

pub static SITE: LazyLock<Site> = LazyLock::new(|| {
    let style = STYLES.map(file).join("\n");
    let texts = [
        ("app.js", "text/javascript; charset=utf-8", joined::modules("main.js", &file)),
        ("preact-htm.js", "text/javascript; charset=utf-8", file(joined::LIBRARY)),
        ("app.css", "text/css; charset=utf-8", joined::without_comments(&style)),
        ("icon.svg", "image/svg+xml", file("icon.svg")),
    ];
    let digest = digest(texts.iter().map(|(_, _, text)| text.as_str()).chain([file("index.html").as_str()]));
    let html = file("index.html").replace("{assets}", &format!("assets/{digest}"));
    Site {
        digest,
        page: Asset::new("text/html; charset=utf-8", html),
        assets: texts.into_iter().map(|(name, kind, text)| (name, Asset::new(kind, text))).collect(),
    }
});

impl Asset {
    fn new(kind: &'static str, text: String) -> Self {
        Self { kind, gzip: gzip(&text).into(), brotli: brotli(&text).into(), plain: text.into() }
    }

    /// In the smallest form the client reads.
    pub fn answer(&self, request: &HttpRequest, mut answer: HttpResponseBuilder) -> HttpResponse {
        let forms = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
        let accepted =
            AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(forms.iter()));
        answer.insert_header((CONTENT_TYPE, self.kind)).insert_header((VARY, "Accept-Encoding"));
        let body = match accepted {
            Some(encoding) if encoding == Encoding::brotli() => (Some("br"), &self.brotli),
            Some(encoding) if encoding == Encoding::gzip() => (Some("gzip"), &self.gzip),
            _ => (None, &self.plain),
        };
        if let Some(encoding) = body.0 {
            answer.insert_header((CONTENT_ENCODING, encoding));
        }
        answer.body(body.1.clone())
    }
}

/// An embedded file's text.
fn file(path: &str) -> String {
    let bytes: Cow<'static, [u8]> = Files::get(path).map(|file| file.data).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digest<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    texts.for_each(|text| hasher.update(text));
    URL_SAFE_NO_PAD.encode(&hasher.finalize()[..9])
}

/// Writing to memory cannot fail.
fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn brotli(text: &str) -> Vec<u8> {
    let mut encoder = CompressorWriter::new(Vec::new(), 4096, 10, 20);
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.flush())
        .map(|()| encoder.into_inner())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weigh_forty_kilobytes_at_most() {
        let weight: usize = SITE.assets.values().chain([&SITE.page]).map(|asset| asset.gzip.len()).sum();
        assert!(weight <= 40 * 1024, "{weight} bytes");
    }

    #[test]
    fn are_made_of_all_styles_there_are() {
        for style in Files::iter().filter(|path| path.starts_with("styles/")) {
            assert!(STYLES.contains(&style.as_ref()), "{style} is sent to nobody");
        }
    }
}
