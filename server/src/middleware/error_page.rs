//! A browser on its way to a page gets a page, also when there is none.
//!
//! The layer stands in several places: far out, where nothing is known of the firm, and again inside, where firm and
//! person are. It turns an error without a body, or with a told problem, into a document; an answer that has a body of
//! its own is left as it is.

use crate::{
    answer::{self, Kept, Told},
    middleware::host::HostFirm,
    state::House,
};
use app::{
    desk::{Desk, RequestId},
    doors::{ProblemPage, problem_page},
};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::Problem;
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

/// Puts a page where an error has none.
pub async fn layer(State(house): State<House>, request: Request, next: Next) -> Response {
    if !answer::wants_page(request.headers()) {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let side = extensions.get::<Desk>().and_then(|desk| desk.actor.side());
    let card = extensions.get::<HostFirm>().map(|firm| firm.0.card());
    let id = extensions
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    let response = next.run(request).await;
    let status = response.status();
    let told = response.extensions().get::<Told>();
    let bare = !response.headers().contains_key(CONTENT_TYPE);
    if !(status.is_client_error() || status.is_server_error()) || !(bare || told.is_some()) {
        return response;
    }
    let what = told.map_or_else(|| page_of(status, id), |told| ProblemPage::from(&told.0));
    let kept = response.extensions().get::<Kept>();
    let kept = kept.map_or(&[][..], |kept| &kept.0);
    let html = problem_page(card.as_ref(), side, &what, kept, &house.assets);
    let (mut parts, _) = response.into_parts();
    parts.extensions.remove::<Told>();
    parts.extensions.remove::<Kept>();
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Response::from_parts(parts, Body::from(html))
}

fn page_of(status: StatusCode, reference: String) -> ProblemPage {
    match status {
        StatusCode::NOT_FOUND => ProblemPage::NotFound,
        StatusCode::MISDIRECTED_REQUEST => ProblemPage::WrongHost,
        StatusCode::FORBIDDEN => ProblemPage::NotFromHere,
        StatusCode::UNAUTHORIZED => ProblemPage::from(&Problem::SignedOut),
        StatusCode::SERVICE_UNAVAILABLE => ProblemPage::Unavailable { reference },
        StatusCode::METHOD_NOT_ALLOWED => {
            ProblemPage::Refused("This address can be read, but nothing can be sent to it that way.".to_owned())
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ProblemPage::Refused("That is more than a form takes. Send long papers as files.".to_owned())
        }
        status if status.is_client_error() => {
            ProblemPage::Refused("The request was not complete. Go back and try once more.".to_owned())
        }
        _ => ProblemPage::Fault { reference },
    }
}
