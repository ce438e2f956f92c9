//! `/files/{id}/pages/{n}`: a page of a file as a picture, drawn anew by the child. And what draws it before the page around
//! it is rendered, since a page may not take as long as a child may.

use crate::{
    answer,
    downloads::{SANDBOX, names, put},
};
use app::desk::Desk;
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{FileId, Problem};
use firm::previews;
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use serde::Deserialize;

/// `GET /files/{id}/pages/{n}`.
pub async fn picture(
    Extension(desk): Extension<Desk>,
    Path((id, page)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let (Ok(id), Ok(page)) = (id.parse::<FileId>(), page.parse::<u32>()) else {
        return answer::problem(&Problem::NotFound);
    };
    let (drawn, sha256) = match previews::picture(&desk.firm, &desk.actor, id, page).await {
        Ok(found) => found,
        Err(error) => return answer::problem(&error.into_problem(&desk.request_id.0)),
    };
    let etag = answer::etag(&sha256);
    let mut response = if names(&headers, &IF_NONE_MATCH, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from(drawn.png.clone()).into_response();
        put(response.headers_mut(), CONTENT_LENGTH, &drawn.png.len().to_string());
        response
    };
    let headers = response.headers_mut();
    put(headers, CONTENT_TYPE, "image/png");
    put(headers, ETAG, &etag);
    put(headers, CACHE_CONTROL, "private, no-cache");
    put(headers, CONTENT_SECURITY_POLICY, SANDBOX);
    response
}

/// Which page a preview shows.
#[derive(Deserialize)]
pub struct Asked {
    page: Option<String>,
}

/// Draws what a preview's page is about to show. Why it could not is told by that page.
pub async fn draw_first(
    Extension(desk): Extension<Desk>,
    ids: Path<String>,
    Query(asked): Query<Asked>,
    request: Request,
    next: Next,
) -> Response {
    if let Ok(id) = ids.parse::<FileId>() {
        let page = app::library::page_asked(asked.page.as_deref().unwrap_or_default());
        // Its outcome is kept for the page, which asks the same again.
        drop(previews::look(&desk.firm, &desk.actor, id, page).await);
    }
    next.run(request).await
}
