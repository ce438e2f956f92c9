//! The headers that every answer carries, errors, downloads and uploads included.

use crate::{middleware::request_id::hex, reports::PATH as REPORTS, state::House};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

/// What a script or style of this page must carry. Pages take it from the request's extensions.
#[derive(Clone, Debug)]
pub struct CspNonce(pub String);

/// Marks a page's answer whose shell loads the portal's module, so that its policy lets `WebAssembly` run.
#[derive(Clone, Copy, Debug)]
pub struct RunsWasm;

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Names the addresses to which browsers report (Reporting API, section 3.3). `report-uri` is the older way to say it.
const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// For everything that is no page: it may load nothing and stand in no frame.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";
/// Two years, in seconds. ASVS 3.4.1 asks for one at least.
const HSTS: &str = "max-age=63072000";

/// Adds what is missing; a handler's own `Content-Security-Policy`, `Cache-Control` and `Cross-Origin-Resource-Policy` stand.
pub async fn layer(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let nonce = CspNonce(hex(&house.random.bytes::<16>()));
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let runs_wasm = response.extensions().get::<RunsWasm>().is_some();
    complete(response.headers_mut(), &nonce.0, runs_wasm, house.cookies.secure);
    response
}

fn complete(headers: &mut HeaderMap, nonce: &str, runs_wasm: bool, secure: bool) {
    let is_page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        page_policy(nonce, runs_wasm)
    } else {
        NO_PAGE.to_owned()
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if is_page && let Ok(endpoints) = HeaderValue::from_str(&format!("csp=\"{REPORTS}\"")) {
        headers.insert(REPORTING_ENDPOINTS, endpoints);
    }
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (COOP, "same-origin"),
        (
            PERMISSIONS,
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CORP).or_insert(HeaderValue::from_static("same-origin"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
}

fn page_policy(nonce: &str, runs_wasm: bool) -> String {
    let wasm = if runs_wasm { " 'wasm-unsafe-eval'" } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'{wasm}; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; media-src 'self'; frame-src 'self'; worker-src 'self'; \
         form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; report-to csp; report-uri {REPORTS}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_only_what_carries_its_nonce() {
        let policy = page_policy("abc", false);
        assert!(policy.contains("script-src 'nonce-abc' 'strict-dynamic';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.ends_with("report-to csp; report-uri /csp-reports"), "{policy}");
        assert!(page_policy("abc", true).contains("'strict-dynamic' 'wasm-unsafe-eval';"));
    }

    #[test]
    fn what_a_handler_decided_stands() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        complete(&mut headers, "n", false, true);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers[CACHE_CONTROL], "private");
        assert_eq!(headers[STRICT_TRANSPORT_SECURITY], HSTS);
    }

    #[test]
    fn plain_http_promises_no_https() {
        let mut headers = HeaderMap::new();
        complete(&mut headers, "n", false, false);
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers[CONTENT_SECURITY_POLICY], NO_PAGE);
        assert_eq!(headers[CACHE_CONTROL], "no-store");
    }
}
