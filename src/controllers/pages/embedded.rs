//! The files under `src/web/`, compiled into the binary; a debug build reads them from the disk.

use std::{borrow::Cow, io::Write as _};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, Encoding, Header as _, VARY},
    web::Bytes,
};
use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/web/"]
struct Files;

/// A file in the three encodings in which it is sent.
pub struct Asset {
    content_type: &'static str,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl Asset {
    pub fn new(content_type: &'static str, text: String) -> Self {
        Self { content_type, gzip: gzip(&text).into(), brotli: brotli(&text).into(), plain: text.into() }
    }

    /// Sends the file in the smallest encoding that the client accepts.
    pub fn answer(&self, request: &HttpRequest, mut answer: HttpResponseBuilder) -> HttpResponse {
        let encodings = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
        let accepted =
            AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(encodings.iter()));
        answer.insert_header((CONTENT_TYPE, self.content_type)).insert_header((VARY, "Accept-Encoding"));
        let (encoding, body) = match accepted {
            Some(encoding) if encoding == Encoding::brotli() => (Some("br"), &self.brotli),
            Some(encoding) if encoding == Encoding::gzip() => (Some("gzip"), &self.gzip),
            _ => (None, &self.plain),
        };
        if let Some(encoding) = encoding {
            answer.insert_header((CONTENT_ENCODING, encoding));
        }
        answer.body(body.clone())
    }

    #[cfg(test)]
    pub fn gzip_len(&self) -> usize {
        self.gzip.len()
    }
}

/// The text of the file at a path under `src/web/`; empty if there is no such file.
pub fn text(path: &str) -> String {
    let bytes: Cow<'static, [u8]> = Files::get(path).map(|file| file.data).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The paths of all files, relative to `src/web/`.
pub fn paths() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter()
}

// Writing to memory cannot fail, so the errors of both encoders are dropped.
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
