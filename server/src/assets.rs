//! The browser's files, from the site folder. Their names carry a hash of their content, so a browser keeps them for
//! ever; each lies there compressed as well, and the smallest form that the browser takes is sent.

use crate::state::House;
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, VARY},
};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

/// A year, the longest that RFC 9111 has caches keep anything usefully.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// `/pkg/*`.
pub async fn file(State(house): State<House>, request: Request) -> Response {
    let folder = ServeDir::new(&house.site)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(served) = folder.oneshot(request).await;
    if !served.status().is_success() && served.status() != StatusCode::NOT_MODIFIED {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = served.into_response();
    let headers = response.headers_mut();
    let keep = if house.hashed { FOR_EVER } else { ASK_AGAIN };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/html") {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    response
}
