//! The firm's accent as two numbers, from which the stylesheet makes its colours.

use crate::middleware::host::HostFirm;
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// `/theme.css`. Pages link to it with the numbers in the query, so an hour in a cache hides no change.
pub async fn sheet(Extension(HostFirm(firm)): Extension<HostFirm>) -> Response {
    let card = firm.card();
    let chroma = card.accent_chroma.min(130);
    let css = format!(
        ":root{{--accent-hue:{};--accent-chroma:0.{chroma:03}}}\n",
        card.accent_hue.min(360)
    );
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=3600"),
        ],
        css,
    )
        .into_response()
}
