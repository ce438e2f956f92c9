//! Which firm is asked: by the request's host and nothing else.
//!
//! There is no default firm. An unknown host is answered with 421 Misdirected Request (RFC 9110 section 15.5.20), a
//! request that names two hosts or none with 400.

use crate::state::House;
use app::desk::RequestId;
use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use firm::Firm;
use http::{HeaderMap, StatusCode, Uri, header::HOST};
use std::sync::Arc;

/// The firm of the request's host.
#[derive(Clone)]
pub struct HostFirm(pub Arc<Firm>);

/// Finds the firm, or says that there is none.
pub async fn layer(
    State(house): State<House>,
    Extension(id): Extension<RequestId>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(host) = named(request.uri(), request.headers()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match house.registry.firm_by_host(&host).await {
        Ok(Some(firm)) => {
            request.extensions_mut().insert(HostFirm(firm));
            next.run(request).await
        }
        Ok(None) => StatusCode::MISDIRECTED_REQUEST.into_response(),
        Err(error) => {
            let problem = error.into_problem(&id.0);
            StatusCode::from_u16(problem.status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response()
        }
    }
}

/// The host that a request names: the authority of its target (HTTP/2, or a proxy's absolute form), else its one `Host`
/// header. Lower case, without port and without the root's trailing dot.
pub fn named(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut hosts = headers.get_all(HOST).iter();
    let header = hosts.next();
    if hosts.next().is_some() {
        return None;
    }
    match uri.authority() {
        Some(authority) => normal(authority.as_str()),
        None => normal(header?.to_str().ok()?),
    }
}

fn normal(text: &str) -> Option<String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (
                format!("[{address}]"),
                port.strip_prefix(':').or(port.is_empty().then_some("0"))?,
            )
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host.to_owned(), port),
            None => (text.to_owned(), "0"),
        },
    };
    if port.is_empty() || port.len() > 5 || !port.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let host = host.strip_suffix('.').unwrap_or(&host).to_ascii_lowercase();
    let fits = !host.is_empty()
        && host.len() <= 253
        && (host.starts_with('[')
            || host.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            }));
    fits.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn of(uri: &str, hosts: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).expect("a header"));
        }
        named(&uri.parse().expect("a uri"), &headers)
    }

    #[test]
    fn port_case_and_trailing_dot_do_not_count() {
        for host in [
            "portal.firm.example",
            "Portal.FIRM.example",
            "portal.firm.example.",
            "portal.firm.example:443",
            "PORTAL.firm.example.:8443",
        ] {
            assert_eq!(of("/", &[host]).as_deref(), Some("portal.firm.example"), "{host}");
        }
        assert_eq!(of("/", &["[::1]:3000"]).as_deref(), Some("[::1]"));
        assert_eq!(of("/", &["localhost:3000"]).as_deref(), Some("localhost"));
    }

    #[test]
    fn the_targets_authority_comes_first() {
        assert_eq!(of("https://a.example/x", &["b.example"]).as_deref(), Some("a.example"));
    }

    #[test]
    fn two_hosts_or_none_or_nonsense_are_refused() {
        assert_eq!(of("/", &["a.example", "b.example"]), None);
        assert_eq!(of("/", &["a.example", "a.example"]), None);
        assert_eq!(of("https://a.example/", &["a.example", "b.example"]), None);
        assert_eq!(of("/", &[]), None);
        for host in [
            "",
            ".",
            "a..example",
            "a.example,b.example",
            "a b.example",
            "user@a.example",
            "a.example:",
            "a.example:x",
            "a.example:80:80",
            "[::1",
            "[x]",
            "[::1]x",
            "a/b",
            "a.example\\",
            "a.example?",
            "a.example:123456",
        ] {
            assert_eq!(of("/", &[host]), None, "{host:?}");
        }
    }

    proptest! {
        #[test]
        fn a_named_host_is_one_plain_name(host in "[ -~]{0,40}") {
            if let Some(name) = of("/", &[&host]) {
                prop_assert!(!name.is_empty() && !name.contains(['/', '@', ' ', ',', '\\']));
                prop_assert_eq!(of("/", &[&name]), Some(name));
            }
        }
    }
}
