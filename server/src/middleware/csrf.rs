//! A change that carries a cookie of ours must come from a page of ours.
//!
//! `tower_http`'s layer, which stands behind this one, refuses requests that say they come from elsewhere, but lets
//! those pass that say nothing. This stricter layer wants a mutation with a cookie of ours to *prove* where it comes
//! from: `Sec-Fetch-Site: same-origin`, or, in browsers without that header, an `Origin` of this scheme and host.
//! No token is needed in any form, and a foreign upload client sends `Origin`.

use crate::{middleware::cookies, state::House};
use app::desk::CookieNames;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a mutation with our cookie that does not prove its origin.
pub async fn layer(State(house): State<House>, request: Request, next: Next) -> Response {
    let names = house.cookies;
    if is_proven(request.method(), request.uri(), request.headers(), names) {
        next.run(request).await
    } else {
        tracing::warn!("a change from another site was refused");
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_proven(method: &Method, uri: &Uri, headers: &HeaderMap, names: CookieNames) -> bool {
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let ours = [
        names.session(),
        names.link(),
        names.flash(),
        names.device(),
        names.guest(),
    ]
    .iter()
    .any(|name| cookies::carries(headers, name));
    if !changes || !ours {
        return true;
    }
    match only(headers, &SEC_FETCH_SITE) {
        Sent::Once(site) => site == b"same-origin",
        Sent::Often => false,
        Sent::Never => match only(headers, &header::ORIGIN) {
            Sent::Once(origin) => is_own(origin, uri, headers, names.secure),
            _ => false,
        },
    }
}

enum Sent<'a> {
    Never,
    Once(&'a [u8]),
    Often,
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Sent<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Sent::Never,
        (Some(value), None) => Sent::Once(value.as_bytes()),
        _ => Sent::Often,
    }
}

/// Browsers leave the scheme's own port out of `Origin` and of the host alike, so the two compare as they stand.
fn is_own(origin: &[u8], uri: &Uri, headers: &HeaderMap, secure: bool) -> bool {
    let scheme: &[u8] = if secure { b"https://" } else { b"http://" };
    let host = match uri.authority() {
        Some(authority) => authority.as_str().as_bytes(),
        None => match only(headers, &header::HOST) {
            Sent::Once(host) => host,
            _ => return false,
        },
    };
    origin
        .strip_prefix(scheme)
        .is_some_and(|named| named.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const NAMES: CookieNames = CookieNames { secure: true };

    fn passes(method: &Method, sent: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(
                name.parse::<HeaderName>().expect("a name"),
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        is_proven(method, &Uri::from_static("/api/sign_out"), &headers, NAMES)
    }

    const COOKIE: (&str, &str) = ("cookie", "__Host-session=x");
    const HOST: (&str, &str) = ("host", "portal.firm.example");

    #[test]
    fn our_own_pages_may_change_things() {
        for proof in [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://portal.firm.example"),
        ] {
            assert!(passes(&Method::POST, &[COOKIE, HOST, proof]), "{proof:?}");
        }
    }

    #[test]
    fn a_change_with_our_cookie_needs_proof() {
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::TRACE] {
            for sent in [
                vec![],
                vec![("sec-fetch-site", "none")],
                vec![("sec-fetch-site", "same-site")],
                vec![("sec-fetch-site", "cross-site")],
                vec![("sec-fetch-site", "")],
                vec![("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
                vec![
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://portal.firm.example"),
                ],
                vec![("origin", "null")],
                vec![("origin", "http://portal.firm.example")],
                vec![("origin", "https://portal.firm.example:444")],
                vec![("origin", "https://evil.example")],
                vec![("origin", "https://portal.firm.example.evil.example")],
                vec![
                    ("origin", "https://portal.firm.example"),
                    ("origin", "https://evil.example"),
                ],
            ] {
                let all = [vec![COOKIE, HOST], sent].concat();
                assert!(!passes(&method, &all), "{method} {all:?}");
            }
        }
    }

    #[test]
    fn each_cookie_of_ours_asks_for_proof() {
        for cookie in [
            "__Host-session=x",
            "__Host-link=x",
            "__Host-flash=x",
            "__Host-device=x",
            "__Host-guest=x",
            "a=1; __Host-session =x",
        ] {
            assert!(!passes(&Method::POST, &[("cookie", cookie), HOST]), "{cookie}");
        }
        assert!(passes(&Method::POST, &[("cookie", "theirs=x"), HOST]));
    }

    #[test]
    fn reading_needs_no_proof() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(passes(&method, &[COOKIE, HOST, ("sec-fetch-site", "cross-site")]));
        }
    }
}
