//! Downloads: always an attachment, always in a sandbox, in ranges where asked.
//!
//! The first bytes are opened before anything is promised, so a store that does not answer is told as an error. From then
//! on the length is promised: where a later byte of the stored object was changed, its chunk does not open, the stream ends
//! early and the connection is cut. A browser shows a failed download, never wrong bytes.

pub mod bundle;
pub mod disposition;
pub mod media;
pub mod range;

use crate::{answer, middleware::request_id::hex};
use app::desk::Desk;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::Path,
    response::{IntoResponse, Response},
};
use domain::{FileId, Problem};
use firm::files::{self, Content};
use futures::{StreamExt as _, stream};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE,
    },
};
use range::Asked;
use std::ops::Range;

/// Nothing in a downloaded file may run, load or be framed, should a browser show it after all.
pub(crate) const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

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
    let found = if method == Method::HEAD {
        files::about(&desk.firm, &desk.actor, id).await
    } else {
        files::content(&desk.firm, &desk.actor, id).await
    };
    match found {
        Ok(content) => sent(&desk, &content, &method, &headers).await,
        Err(error) => answer::problem(&error.into_problem(&desk.request_id.0)),
    }
}

/// `/files/{id}/versions/{n}/content`: an older version.
pub async fn version(
    Extension(desk): Extension<Desk>,
    Path((id, number)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let (Ok(id), Ok(number)) = (id.parse::<FileId>(), number.parse::<i32>()) else {
        return answer::problem(&Problem::NotFound);
    };
    match files::content_of(&desk.firm, &desk.actor, id, number).await {
        Ok(content) => sent(&desk, &content, &method, &headers).await,
        Err(error) => answer::problem(&error.into_problem(&desk.request_id.0)),
    }
}

async fn sent(desk: &Desk, content: &Content, method: &Method, asked: &HeaderMap) -> Response {
    let etag = answer::etag(&content.sha256);
    if asked.contains_key(IF_MATCH) && !names(asked, &IF_MATCH, &etag) {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    if names(asked, &IF_NONE_MATCH, &etag) {
        return described(StatusCode::NOT_MODIFIED.into_response(), content, &etag);
    }
    let size = content.size;
    // Ranges are GET's alone. `If-Range` with another validator: the file is not the one that the client has a part of.
    let ranged = *method == Method::GET && (!asked.contains_key(IF_RANGE) || names(asked, &IF_RANGE, &etag));
    let header = asked.get(RANGE).and_then(|range| range.to_str().ok());
    let kind = media::kind(&content.name);
    let answer = match range::asked(header.filter(|_| ranged), size) {
        Asked::Unsatisfiable => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
            return response;
        }
        Asked::Whole if *method == Method::HEAD => Ok(whole(kind, size, Body::empty())),
        Asked::Whole => content
            .open(0..size)
            .await
            .map(|stream| whole(kind, size, Body::from_stream(stream))),
        Asked::Parts(parts) => match <[_; 1]>::try_from(parts) {
            Ok([part]) => content.open(part.clone()).await.map(|stream| {
                let length = part.end - part.start;
                let mut response = whole(kind, length, Body::from_stream(stream));
                *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                put(response.headers_mut(), CONTENT_RANGE, &place(&part, size));
                response
            }),
            Err(parts) => several(desk, content, kind, &parts).await,
        },
    };
    match answer {
        Ok(response) => described(response, content, &etag),
        Err(error) => answer::problem(&error.into_problem(&desk.request_id.0)),
    }
}

/// `206` with each range in a part of its own (RFC 9110 section 14.6).
async fn several(desk: &Desk, content: &Content, kind: &str, parts: &[Range<u64>]) -> firm::Result<Response> {
    let boundary = hex(&desk.firm.random().bytes::<16>());
    let size = content.size;
    let heads: Vec<Bytes> = parts
        .iter()
        .map(|part| {
            let range = place(part, size);
            Bytes::from(format!(
                "\r\n--{boundary}\r\ncontent-type: {kind}\r\ncontent-range: {range}\r\n\r\n"
            ))
        })
        .collect();
    let end = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    let framed: usize = heads.iter().map(Bytes::len).sum::<usize>() + end.len();
    let length = framed as u64 + parts.iter().map(|part| part.end - part.start).sum::<u64>();
    let mut streams = Vec::with_capacity(parts.len());
    for (head, part) in heads.into_iter().zip(parts) {
        // The first bytes of each are opened before anything is promised, one after the other.
        let body = content.open(part.clone()).await?;
        streams.push(stream::iter([Ok(head)]).chain(body).boxed());
    }
    let body = stream::iter(streams).flatten().chain(stream::iter([Ok(end)]));
    let mut response = whole("", length, Body::from_stream(body));
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let kind = format!("multipart/byteranges; boundary={boundary}");
    put(response.headers_mut(), CONTENT_TYPE, &kind);
    Ok(response)
}

fn whole(kind: &str, length: u64, body: Body) -> Response {
    let mut response = body.into_response();
    put(response.headers_mut(), CONTENT_LENGTH, &length.to_string());
    put(response.headers_mut(), CONTENT_TYPE, kind);
    response
}

/// `bytes 0-499/1234`
fn place(part: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", part.start, part.end - 1)
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

/// Whether one of the listed validators is this one. Ours are strong, so a weak one (`W/`) never is, but for `If-None-Match`,
/// which compares weakly (RFC 9110 section 13.1.2); and `*` is any, but for `If-Range`, which knows no such word.
pub(crate) fn names(headers: &HeaderMap, name: &HeaderName, etag: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|value| {
            let strong = if name == IF_NONE_MATCH {
                value.strip_prefix("W/").unwrap_or(value)
            } else {
                value
            };
            strong == etag || value == "*" && name != IF_RANGE
        })
}

pub(crate) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
