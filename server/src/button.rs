//! `/button.js`: the script of the button on a firm's own website.
//!
//! It is loaded by pages of other origins, so it alone says `Cross-Origin-Resource-Policy: cross-origin`. It sets no cookie,
//! asks for nothing else and knows nobody: what it holds, the firm's public name, colour and choice, is the same for all.

use crate::middleware::host::HostFirm;
use app::desk::RequestId;
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use firm::settings::button;
use http::{
    HeaderName,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::json;

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Defines `clientPortalButton(firm)`.
const SCRIPT: &str = include_str!("button/button.js");

/// `/button.js`. An hour in a cache: so soon do websites follow a change.
pub async fn script(
    Extension(HostFirm(firm)): Extension<HostFirm>,
    Extension(request): Extension<RequestId>,
) -> Response {
    let card = firm.card();
    let chosen = match button::read(&firm).await {
        Ok(chosen) => chosen,
        Err(error) => return crate::answer::problem(&error.into_problem(&request.0)),
    };
    let about = json!({
        "address": format!("{}/", firm.origin()),
        "name": card.name,
        "words": chosen.words,
        "look": chosen.look.name(),
        "hue": card.accent_hue.min(360),
        "chroma": f64::from(card.accent_chroma.min(130)) / 1000.0,
    });
    (
        [
            (CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=3600"),
            (CORP, "cross-origin"),
        ],
        whole(&about),
    )
        .into_response()
}

/// The script with the firm's own facts at its end. JSON is JavaScript (ECMA-262 since 2019), so nothing is escaped twice.
fn whole(about: &serde_json::Value) -> String {
    format!("(() => {{\n\"use strict\";\n{SCRIPT}\nclientPortalButton({about});\n}})();\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_a_few_kilobytes() {
        let about = json!({ "words": "x".repeat(40), "name": "x".repeat(200) });
        assert!(whole(&about).len() < 6 * 1024);
    }

    #[test]
    fn words_cannot_leave_their_string() {
        let about = json!({ "words": "\"); alert(1); (\"" });
        assert!(whole(&about).contains(r#"\"); alert(1); (\""#));
    }
}
