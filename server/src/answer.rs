//! Small answers: a problem, a redirect, a bare status.

use crate::middleware::request_id::hex;
use axum::response::{IntoResponse, Response};
use domain::Problem;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE},
};

/// Whether the other end is a browser on its way to a page, rather than a script.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .any(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"))
}

/// Marks an answer that tells a problem, so that a browser on its way to a page gets it as one.
#[derive(Clone, Debug)]
pub struct Told(pub Problem);

/// What was typed into a form whose answer can keep it nowhere else; it goes with the problem's page.
#[derive(Clone, Debug)]
pub struct Kept(pub Vec<(String, String)>);

/// A problem as JSON, with the status that says the same.
pub fn problem(problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status(problem), [(CONTENT_TYPE, "application/json")], body).into_response();
    advise(response.headers_mut(), problem);
    response.extensions_mut().insert(Told(problem.clone()));
    response
}

/// The status of a problem.
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Says when to come back, where the problem knows.
pub fn advise(headers: &mut HeaderMap, problem: &Problem) {
    if let Problem::TooMany { seconds } = problem {
        headers.insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
}

/// 303 See Other: what a browser does next is a GET (RFC 9110 section 15.4.4). The path is checked again here, so that no
/// caller can send a browser to another host.
pub fn see_other(path: &str) -> Response {
    let path = domain::text::local_path(path).unwrap_or("/");
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

/// The answer, with a cookie as its header says it.
pub fn with_cookie(mut answer: Response, cookie: Option<String>) -> Response {
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// Where to sign in and come back from.
pub fn sign_in_then(path: &str) -> String {
    match domain::text::local_path(path) {
        Some(path) if path != "/" => {
            let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    }
}

/// A strong validator (RFC 9110 section 8.8.3) of bytes that have this digest.
pub fn etag(digest: &[u8]) -> String {
    format!("\"{}\"", hex(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_leaves_the_host() {
        for path in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(see_other(path).headers()[LOCATION], "/", "{path:?}");
        }
        assert_eq!(see_other("/threads/1?a=b").headers()[LOCATION], "/threads/1?a=b");
    }

    #[test]
    fn the_way_back_travels_in_one_parameter() {
        assert_eq!(
            sign_in_then("/threads/1?a=b&c"),
            "/sign-in?next=%2Fthreads%2F1%3Fa%3Db%26c"
        );
        assert_eq!(sign_in_then("/"), "/sign-in");
        assert_eq!(sign_in_then("//evil.example"), "/sign-in");
    }
}
