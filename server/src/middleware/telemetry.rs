//! One line a request: what was asked for, what became of it, how long it took.
//!
//! Invariant: no personal data. The route's pattern stands for the path, because a path holds ids of links; there is
//! no query, no address, no name, and no header of the client's.

use app::desk::RequestId;
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use http::StatusCode;
use std::panic::AssertUnwindSafe;
use tokio::time::Instant;
use tracing::{Instrument as _, error, info, info_span};

/// Logs the request under its id, and turns a panic into a plain 500 instead of a cut connection.
pub async fn layer(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, ToString::to_string);
    let span = info_span!("request", id);
    async move {
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let response = answered.unwrap_or_else(|_| {
            error!(%route, "a request panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        });
        info!(%method, %route, status = response.status().as_u16(), ms = begun.elapsed().as_millis(), "answered");
        response
    }
    .instrument(span)
    .await
}
