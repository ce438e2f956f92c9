//! Addresses that are none of the portal's: those of a portal that the firm had before lead on, all others lead nowhere.

use crate::answer;
use app::desk::Desk;
use axum::{
    Extension,
    response::{IntoResponse as _, Response},
};
use http::{Method, StatusCode, Uri};

/// Any path without a door.
pub async fn elsewhere(Extension(desk): Extension<Desk>, method: Method, uri: Uri) -> Response {
    match lead_on(&desk, &method, &uri).await {
        Some(answer) => answer,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Where an old address leads, for whoever asks for it. Who is not signed in is asked to sign in first, and told why; what
/// stood in the old address goes no further.
pub async fn lead_on(desk: &Desk, method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    match firm::legacy::open(&desk.firm, &desk.device, uri.path_and_query()?.as_str()).await {
        Ok(None) => None,
        Ok(Some(target)) if desk.actor.side().is_some() => Some(answer::see_other(&target)),
        Ok(Some(target)) => {
            let sign_in = answer::sign_in_then(&target);
            let mark = if sign_in.contains('?') { '&' } else { '?' };
            Some(answer::see_other(&format!("{sign_in}{mark}old")))
        }
        Err(error) => Some(answer::problem(&error.into_problem(&desk.request_id.0))),
    }
}
