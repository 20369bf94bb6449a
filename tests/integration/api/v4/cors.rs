//! What a page of a listed origin may read and send. The examples of `spec/` cannot compare a list in any order.

use reqwest::Method;

use crate::{
    on_both_databases,
    support::client::{self, Client},
};

const ORIGIN: &str = "https://app.example.com";

on_both_databases! {
    fn a_listed_origin_reads_the_headers_of_every_answer(app: &mut TestApp) {
        app.restart_with(|settings| settings.cors_origins = vec![ORIGIN.to_owned()]);
        for path in ["/api/v4/teams", "/rest/people", "/open-api/core", "/health/ready"] {
            let request = Client::new(app).request(Method::GET, path).header("Origin", ORIGIN);
            let answer = client::send(request).expect("an answer");
            let exposed = answer.headers["access-control-expose-headers"].to_str().expect("a text");
            let mut exposed: Vec<&str> = exposed.split(", ").collect();
            exposed.sort_unstable();
            let expected = ["idempotency-replayed", "retry-after", "www-authenticate", "x-request-id"];
            assert_eq!(exposed, expected, "{path}");
        }
    }

    fn a_preflight_allows_every_header_at_every_door(app: &mut TestApp) {
        app.restart_with(|settings| settings.cors_origins = vec![ORIGIN.to_owned()]);
        for path in ["/api/v4/teams", "/rest/people", "/rest/batch/people", "/open-api/core"] {
            let request = Client::new(app)
                .request(Method::OPTIONS, path)
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,idempotency-key,traceparent");
            let answer = client::send(request).expect("an answer");
            assert_eq!(answer.status, 200, "{path}");
            let allowed = answer.headers["access-control-allow-headers"].to_str().expect("a text");
            assert_eq!(allowed, "authorization,idempotency-key,traceparent", "{path}");
        }
    }
}
