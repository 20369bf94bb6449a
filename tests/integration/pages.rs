//! The pages behind a proxy that serves them below a path of its host, with or without that path removed.

use reqwest::Method;

use crate::{
    on_both_databases,
    support::client::{self, Client},
};

/// The text at a path of the service, which must exist.
fn text(client: &Client, path: &str) -> String {
    let answer = client::send(client.request(Method::GET, path)).expect("an answer");
    assert_eq!(answer.status, 200, "{path}");
    answer.body
}

/// The URLs of a document's links and scripts.
fn urls(document: &str) -> Vec<&str> {
    let parts = document.split(" href=\"").skip(1).chain(document.split(" src=\"").skip(1));
    parts.filter_map(|part| part.split('"').next()).collect()
}

on_both_databases! {
    fn are_shown_below_a_path_without_a_slash(app: &mut TestApp) {
        app.restart_with(|settings| settings.public_url = Some("https://example.com/tools/roster".to_owned()));
        let client = Client::new(app);
        let page = text(&client, "/");
        for path in ["/tools/roster", "/tools/roster/", "/tools/roster//", "//"] {
            assert_eq!(text(&client, path), page, "{path}");
        }
        let assets = urls(&page);
        assert_eq!(assets.len(), 4, "{assets:?}");
        for url in assets {
            assert!(url.starts_with("/tools/roster/assets/"), "{url}");
            let removed_by_proxy = url.strip_prefix("/tools/roster").expect("the path");
            assert_eq!(text(&client, url), text(&client, removed_by_proxy), "{url}");
        }
        assert_eq!(text(&client, "/tools/roster/health/live"), text(&client, "/health/live"));
    }

    fn keep_relative_urls_at_a_host_of_their_own(app: &mut TestApp) {
        let page = text(&Client::new(app), "/");
        assert!(urls(&page).iter().all(|url| url.starts_with("assets/")), "{page}");
    }

    fn the_documentation_is_shown_with_a_slash_too(app: &mut TestApp) {
        let client = Client::new(app);
        for (path, folder) in [("/docs", "/"), ("/docs/", "/docs/")] {
            let page = text(&client, path);
            let files: Vec<&str> = urls(&page).into_iter().filter(|url| *url != "openapi.json").collect();
            assert_eq!(files.len(), 4, "{files:?}");
            for file in files {
                text(&client, &format!("{folder}{file}"));
            }
        }
    }
}
