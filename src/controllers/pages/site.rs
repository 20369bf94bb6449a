//! The pages as they are sent: modules and styles, joined and compressed once.
//! The URL of every asset contains one digest of all files, so browsers may cache assets without asking again.

use std::{collections::HashMap, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{
    embedded::{self, Asset},
    joined,
};

/// In the order of the cascade: later files override earlier ones.
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

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The assets of the pages, compressed.
pub struct Site {
    /// A digest of all files, 12 characters of URL-safe base64.
    pub digest: String,
    /// All files but the document, by their name in the URL.
    pub assets: HashMap<String, Asset>,
}

/// The assets of this build, made on first use.
pub static SITE: LazyLock<Site> = LazyLock::new(|| {
    let style = STYLES.map(embedded::text).join("\n");
    let mut texts = vec![
        ("preact-htm.js".to_owned(), SCRIPT, embedded::text(joined::LIBRARY)),
        ("app.css".to_owned(), "text/css; charset=utf-8", joined::styles(&style)),
        ("icon.svg".to_owned(), "image/svg+xml", embedded::text("icon.svg")),
    ];
    let scripts = joined::scripts("main.js", &embedded::text);
    texts.extend(scripts.into_iter().map(|(name, text)| (name, SCRIPT, text)));
    let digest =
        digest(texts.iter().map(|(_, _, text)| text.as_str()).chain([embedded::text("index.html").as_str()]));
    Site {
        digest,
        assets: texts.into_iter().map(|(name, kind, text)| (name, Asset::new(kind, text))).collect(),
    }
});

/// The document. `base` is empty, or a path with a slash at its end, and precedes the URLs of the assets.
pub fn page(base: &str) -> Asset {
    let html = embedded::text("index.html").replace("{assets}", &format!("{base}assets/{}", SITE.digest));
    Asset::new("text/html; charset=utf-8", html)
}

fn digest<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    texts.for_each(|text| hasher.update(text));
    URL_SAFE_NO_PAD.encode(&hasher.finalize()[..9])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip_len(is_meant: impl Fn(&str) -> bool) -> usize {
        SITE.assets.iter().filter(|(name, _)| is_meant(name)).map(|(_, asset)| asset.gzip_len()).sum()
    }

    #[test]
    fn begin_with_at_most_44_kilobytes_compressed() {
        let size = gzip_len(|name| name != "webhooks.js") + page("").gzip_len();
        assert!(size <= 44 * 1024, "{size} bytes");
    }

    #[test]
    fn load_at_most_3_kilobytes_later() {
        let size = gzip_len(|name| name == "webhooks.js");
        assert!((1..=3 * 1024).contains(&size), "{size} bytes");
    }

    #[test]
    fn include_every_style() {
        for style in embedded::paths().filter(|path| path.starts_with("styles/")) {
            assert!(STYLES.contains(&style.as_ref()), "{style} is not sent");
        }
    }
}
