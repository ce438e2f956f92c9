//! Small doors: health, robots, security contact, the icon.

use crate::{middleware::host::HostFirm, state::House};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

const TEXT: &str = "text/plain; charset=utf-8";
/// Half a year: RFC 9116 advises less than one.
const SECURITY_SECONDS: i64 = 180 * 24 * 60 * 60;
const A_DAY: &str = "public, max-age=86400";

/// `/health/live`: the process answers.
pub async fn live() -> Response {
    ([(CONTENT_TYPE, TEXT)], "live\n").into_response()
}

/// `/health/ready`: the registry answers too, and we are not about to end.
pub async fn ready(State(house): State<House>) -> Response {
    let (status, word) = if house.ending.signal.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "ending\n")
    } else if let Err(error) = house.registry.ready().await {
        tracing::error!(%error, "not ready");
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    } else {
        (StatusCode::OK, "ready\n")
    };
    (status, [(CONTENT_TYPE, TEXT)], word).into_response()
}

/// `/robots.txt`: nothing here is for search engines.
pub async fn robots() -> Response {
    (
        [(CONTENT_TYPE, TEXT), (CACHE_CONTROL, A_DAY)],
        "User-agent: *\nDisallow: /\n",
    )
        .into_response()
}

/// `/.well-known/security.txt` (RFC 9116): whom to tell of a weakness. The firm's own front page says how to reach it.
pub async fn security(Extension(HostFirm(firm)): Extension<HostFirm>) -> Response {
    let origin = firm.origin();
    let expires = firm.now().plus_seconds(SECURITY_SECONDS).machine();
    let text = format!(
        "Contact: {origin}/sign-in\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {origin}/.well-known/security.txt\n"
    );
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, A_DAY)], text).into_response()
}

/// `/.well-known/change-password`: where password managers send people.
pub async fn change_password() -> Response {
    crate::answer::see_other("/account/password")
}

/// `/favicon.ico`: a gate in a square, as SVG, which every current browser takes here.
pub async fn favicon() -> Response {
    (
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, A_DAY)],
        include_str!("favicon.svg"),
    )
        .into_response()
}
