//! Downloads: always an attachment, always in a sandbox, in ranges where asked.
//!
//! The first bytes are opened before anything is promised, so a store that does not answer is told as an error. From then
//! on the length is promised: where a later byte of the stored object was changed, its chunk does not open, the stream ends
//! early and the connection is cut. A browser shows a failed download, never wrong bytes.

pub mod disposition;
pub mod media;
pub mod range;

use crate::answer;
use app::desk::Desk;
use axum::{
    Extension,
    body::Body,
    extract::Path,
    response::{IntoResponse, Response},
};
use domain::{FileId, Problem};
use firm::files::{self, Content};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
    },
};
use range::Asked;

/// Nothing in a downloaded file may run, load or be framed, should a browser show it after all.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// `/files/{id}/content`.
pub async fn content(
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<FileId>() else {
        return answer::problem(&Problem::NotFound);
    };
    match files::content(&desk.firm, &desk.actor, id).await {
        Ok(content) => sent(&desk, &content, &method, &headers).await,
        Err(error) => answer::problem(&error.into_problem(&desk.request_id.0)),
    }
}

async fn sent(desk: &Desk, content: &Content, method: &Method, asked: &HeaderMap) -> Response {
    let etag = answer::etag(&content.sha256);
    if names(asked, &IF_NONE_MATCH, &etag) {
        return described(StatusCode::NOT_MODIFIED.into_response(), content, &etag);
    }
    let size = content.size;
    // `If-Range` with another validator: the file is not the one that the client has a part of.
    let ranged = !asked.contains_key(IF_RANGE) || names(asked, &IF_RANGE, &etag);
    let header = asked.get(RANGE).and_then(|range| range.to_str().ok());
    let (status, part) = match range::asked(header.filter(|_| ranged), size) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::Unsatisfiable => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
            return response;
        }
    };
    let mut facts = HeaderMap::new();
    put(&mut facts, CONTENT_LENGTH, &(part.end - part.start).to_string());
    put(&mut facts, CONTENT_TYPE, media::kind(&content.name));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        put(&mut facts, CONTENT_RANGE, &range);
    }
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        match content.open(part).await {
            Ok(stream) => Body::from_stream(stream),
            Err(error) => return answer::problem(&error.into_problem(&desk.request_id.0)),
        }
    };
    let mut response = described((status, body).into_response(), content, &etag);
    response.headers_mut().extend(facts);
    response
}

fn described(mut response: Response, content: &Content, etag: &str) -> Response {
    let headers = response.headers_mut();
    put(headers, ETAG, etag);
    put(headers, ACCEPT_RANGES, "bytes");
    put(headers, CACHE_CONTROL, "private, no-cache");
    put(headers, CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(CONTENT_DISPOSITION, disposition::attachment(&content.name));
    response
}

/// Whether one of the listed validators is this one. Ours are strong, so a weak one (`W/`) never is.
fn names(headers: &HeaderMap, name: &HeaderName, etag: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == etag)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
