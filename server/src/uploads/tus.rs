//! The tus protocol, 1.0.0, with the extensions creation, creation-with-upload, creation-defer-length, checksum, expiration
//! and termination (<https://tus.io/protocols/resumable-upload>).
//!
//! This file translates headers, whose text [`headers`](super::headers) reads; what an upload is lives in `firm::uploads`.
//! Concatenation is not offered, and neither `Upload-Concat` nor a method override is obeyed. An upload of somebody else is
//! the same 404 as one that does not exist.

use super::{
    BodyError,
    headers::{Refused, Sent, announced_length, number, optional_checksum, optional_number},
    metadata::{self, Metadata, Place},
    outliving, sealing, sealing_body,
};
use crate::{answer, state::House};
use app::desk::Desk;
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use domain::{Moment, Problem, UploadId};
use firm::{
    Actor,
    upload_links::guests,
    uploads::{self, Append, AppendError, Declared, Destination},
};
use futures::Stream;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
};
use std::{str::FromStr, sync::Arc};

const VERSION: &str = "1.0.0";
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_CONCAT: HeaderName = HeaderName::from_static("upload-concat");
const UPLOAD_DEFER: HeaderName = HeaderName::from_static("upload-defer-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const TUS_CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");

const EXTENSIONS: &str = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination";
/// The protocol's own status for a body that has another digest than was said.
const CHECKSUM_MISMATCH: u16 = 460;

/// `OPTIONS`: what is offered.
pub async fn options() -> Response {
    let mut response = resumable(StatusCode::NO_CONTENT);
    put(&mut response, TUS_VERSION, VERSION);
    put(&mut response, TUS_EXTENSION, EXTENSIONS);
    put(&mut response, TUS_MAX_SIZE, &domain::limits::FILE_BYTES.to_string());
    put(&mut response, TUS_CHECKSUM_ALGORITHM, vault::checksum::ALGORITHMS);
    response
}

/// `POST /uploads`: announces a file, and may bring its first bytes along.
pub async fn create(State(house): State<House>, Extension(desk): Extension<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let (length, metadata) = match announced(headers) {
        Ok(announced) => announced,
        Err(refused) => return refused,
    };
    let first = match carries_bytes(headers).then(|| said(headers, 0)).transpose() {
        Ok(first) => first,
        Err(refused) => return refused,
    };
    if let (Some(length), Some(bytes)) = (length, first.as_ref().and_then(|first| first.bytes))
        && bytes > length
    {
        return resumable(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let (actor, to) = match destined(&desk, metadata.place).await {
        Ok(destined) => destined,
        Err(error) => return told(&desk, error),
    };
    let declared = Declared {
        name: metadata.filename,
        length,
        modified: metadata.modified,
    };
    let firm = Arc::clone(&desk.firm);
    let begun = sealing_body(&house, body, |body| async move {
        let id = uploads::begin(&firm, &actor, to, &declared).await?;
        let taken = match first {
            Some(first) => Some(take_first(firm, actor, id, first, body).await?),
            None => None,
        };
        Ok::<_, AppendError>((id, taken))
    });
    match begun.await {
        Some(Ok((id, taken))) => {
            let mut response = resumable(StatusCode::CREATED);
            put(&mut response, LOCATION, &format!("/uploads/{id}"));
            expires(&mut response, &desk);
            if let Some(offset) = taken {
                put(&mut response, UPLOAD_OFFSET, &offset.to_string());
            }
            response
        }
        Some(Err(error)) => not_appended(&desk, error),
        None => fault(&desk),
    }
}

/// The bytes that came with an announcement. A body that was cut off still leaves an upload that goes on; one that is wrong
/// as a whole leaves none, because nobody was told its address.
async fn take_first(
    firm: Arc<firm::Firm>,
    actor: Actor,
    id: UploadId,
    first: Append,
    body: impl Stream<Item = Result<Bytes, BodyError>> + Send,
) -> Result<u64, AppendError> {
    match uploads::append(Arc::clone(&firm), actor.clone(), id, first, body).await {
        Err(AppendError::Cut { durable }) => Ok(durable),
        Err(error) => {
            if let Err(error) = uploads::cancel(&firm, &actor, id).await {
                tracing::warn!(%error, "an upload that was refused stays for the sweep");
            }
            Err(error)
        }
        taken => taken,
    }
}

/// `HEAD /uploads/{id}`: where to go on.
pub async fn status(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let id = match known(&headers, &id) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let actor = match sender_of(&desk, id).await {
        Ok(actor) => actor,
        Err(error) => return told(&desk, error),
    };
    match sealing(&house, uploads::standing(Arc::clone(&desk.firm), actor, id)).await {
        Some(Ok(status)) => {
            let mut response = resumable(StatusCode::OK);
            put(&mut response, UPLOAD_OFFSET, &status.offset.to_string());
            match status.length {
                Some(length) => put(&mut response, UPLOAD_LENGTH, &length.to_string()),
                None => put(&mut response, UPLOAD_DEFER, "1"),
            }
            put(&mut response, UPLOAD_EXPIRES, &http_date(status.expires));
            put(&mut response, CACHE_CONTROL, "no-store");
            response
        }
        Some(Err(error)) => told(&desk, error),
        None => fault(&desk),
    }
}

/// `PATCH /uploads/{id}`: further bytes. The answer's offset is what would survive a power cut.
pub async fn append(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let headers = request.headers();
    let id = match known(headers, &id) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    if !carries_bytes(headers) {
        return resumable(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Some(offset) = only(headers, &UPLOAD_OFFSET).and_then(number) else {
        return resumable(StatusCode::BAD_REQUEST);
    };
    let said = match said(headers, offset) {
        Ok(said) => said,
        Err(refused) => return refused,
    };
    let actor = match sender_of(&desk, id).await {
        Ok(actor) => actor,
        Err(error) => return told(&desk, error),
    };
    let firm = Arc::clone(&desk.firm);
    let taken = sealing_body(&house, request.into_body(), |body| {
        uploads::append(firm, actor, id, said, body)
    });
    match taken.await {
        Some(Ok(offset)) => {
            let mut response = standing(StatusCode::NO_CONTENT, offset);
            expires(&mut response, &desk);
            response
        }
        Some(Err(error)) => not_appended(&desk, error),
        None => fault(&desk),
    }
}

/// `DELETE /uploads/{id}`: cancels.
pub async fn cancel(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let id = match known(&headers, &id) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let actor = match sender_of(&desk, id).await {
        Ok(actor) => actor,
        Err(error) => return told(&desk, error),
    };
    let firm = Arc::clone(&desk.firm);
    match outliving(&house, async move { uploads::cancel(&firm, &actor, id).await }).await {
        Some(Ok(())) => resumable(StatusCode::NO_CONTENT),
        Some(Err(error)) => told(&desk, error),
        None => fault(&desk),
    }
}

/// Who begins an upload, and where it goes: a guest by their link, or whoever is signed in.
async fn destined(desk: &Desk, place: Place) -> firm::Result<(Actor, Destination)> {
    let to = match place {
        Place::Link(id) => {
            let actor = guests::sender(&desk.firm, id, desk.guest.as_deref()).await?;
            let client = actor.only_client().ok_or(Problem::NotFound)?;
            return Ok((actor, Destination::Client(client)));
        }
        Place::Thread(thread) => Destination::Thread(thread),
        Place::Client(client) => Destination::Client(client),
        Place::Version(file) => Destination::Version(file),
    };
    signed_in(desk).map(|actor| (actor, to))
}

/// Whose an upload may be: the guest's of this browser, or of whoever is signed in.
async fn sender_of(desk: &Desk, id: UploadId) -> firm::Result<Actor> {
    if let Some(browser) = &desk.guest
        && let Some(guest) = guests::sender_of(&desk.firm, id, browser).await?
    {
        return Ok(guest);
    }
    signed_in(desk)
}

fn signed_in(desk: &Desk) -> firm::Result<Actor> {
    match desk.actor.side() {
        Some(_) => Ok(desk.actor.clone()),
        None => Err(Problem::SignedOut.into()),
    }
}

fn announced(headers: &HeaderMap) -> Result<(Option<u64>, Metadata), Response> {
    speaks(headers)?;
    let refused = || resumable(StatusCode::BAD_REQUEST);
    if headers.contains_key(UPLOAD_CONCAT) {
        return Err(refused());
    }
    let length = announced_length(sent(headers, &UPLOAD_LENGTH), sent(headers, &UPLOAD_DEFER));
    let length = length.map_err(|Refused| refused())?;
    let metadata = only(headers, &UPLOAD_METADATA).and_then(metadata::parse);
    Ok((length, metadata.ok_or_else(refused)?))
}

/// Whether the body is bytes of the file.
fn carries_bytes(headers: &HeaderMap) -> bool {
    only(headers, &CONTENT_TYPE) == Some("application/offset+octet-stream")
}

/// What the headers say of the bytes in the body.
fn said(headers: &HeaderMap, offset: u64) -> Result<Append, Response> {
    let refused = |Refused| resumable(StatusCode::BAD_REQUEST);
    Ok(Append {
        offset,
        bytes: optional_number(sent(headers, &CONTENT_LENGTH)).map_err(refused)?,
        // With an announcement it is the length that was announced.
        length: optional_number(sent(headers, &UPLOAD_LENGTH)).map_err(refused)?,
        checksum: optional_checksum(sent(headers, &UPLOAD_CHECKSUM)).map_err(refused)?,
    })
}

fn known(headers: &HeaderMap, id: &str) -> Result<UploadId, Response> {
    speaks(headers)?;
    UploadId::from_str(id).map_err(|_| sentence(&Problem::NotFound))
}

/// 412 and the version that we speak, for a client that speaks another.
fn speaks(headers: &HeaderMap) -> Result<(), Response> {
    if only(headers, &TUS_RESUMABLE) == Some(VERSION) {
        return Ok(());
    }
    let mut response = resumable(StatusCode::PRECONDITION_FAILED);
    put(&mut response, TUS_VERSION, VERSION);
    Err(response)
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    sent(headers, name).once()
}

fn sent<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Sent<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => Sent::Not,
        (Some(Ok(text)), None) => Sent::Once(text),
        _ => Sent::Unclear,
    }
}

fn standing(status: StatusCode, offset: u64) -> Response {
    let mut response = resumable(status);
    put(&mut response, UPLOAD_OFFSET, &offset.to_string());
    response
}

/// Why bytes were not taken, as the protocol says it.
fn not_appended(desk: &Desk, error: AppendError) -> Response {
    match error {
        AppendError::WrongOffset { at } => standing(StatusCode::CONFLICT, at),
        // Mostly nobody is there any more to read it. But an older request of a connection that died may get to the turn after a
        // newer one and end it: whoever is there is told what clients of the protocol take as a reason to ask where the upload stands.
        AppendError::Cut { durable } => standing(StatusCode::CONFLICT, durable),
        AppendError::WrongLength => resumable(StatusCode::BAD_REQUEST),
        AppendError::WrongChecksum => {
            resumable(StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST))
        }
        AppendError::Busy => resumable(StatusCode::LOCKED),
        AppendError::TooLong => resumable(StatusCode::PAYLOAD_TOO_LARGE),
        AppendError::Error(error) => told(desk, error),
    }
}

/// When the upload is swept if nothing more comes.
fn expires(response: &mut Response, desk: &Desk) {
    let until = desk.now().plus_seconds(domain::limits::UPLOAD_KEPT_SECONDS);
    put(response, UPLOAD_EXPIRES, &http_date(until));
}

fn resumable(status: StatusCode) -> Response {
    versioned(status.into_response())
}

fn versioned(mut response: Response) -> Response {
    put(&mut response, TUS_RESUMABLE, VERSION);
    response
}

fn told(desk: &Desk, error: firm::Error) -> Response {
    sentence(&error.into_problem(&desk.request_id.0))
}

fn fault(desk: &Desk) -> Response {
    let reference = desk.request_id.to_string();
    sentence(&Problem::Fault { reference })
}

/// A refusal in words: tus has no format for errors, and the page shows them beside the file.
fn sentence(problem: &Problem) -> Response {
    let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    let mut response = (answer::status(problem), plain, problem.sentence()).into_response();
    answer::advise(response.headers_mut(), problem);
    versioned(response)
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// `Tue, 17 Nov 2026 09:40:00 GMT` (RFC 9110 section 5.6.7).
fn http_date(at: Moment) -> String {
    // `Tuesday 17 November 2026` and `2026-11-17T09:40:00Z` hold all its words.
    let (long, machine) = (at.long_day(), at.machine());
    let mut words = long.split(' ');
    let mut short = || words.next().unwrap_or_default().chars().take(3).collect::<String>();
    let (weekday, _, month) = (short(), short(), short());
    format!(
        "{weekday}, {} {month} {} {} GMT",
        &machine[8..10],
        &machine[..4],
        &machine[11..19]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_written_as_http_does() {
        assert_eq!(http_date(Moment(1_794_908_400_000)), "Tue, 17 Nov 2026 09:40:00 GMT");
        assert_eq!(http_date(Moment(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn another_version_is_told_ours() {
        let refused = speaks(&HeaderMap::new()).expect_err("no version");
        assert_eq!(refused.status(), StatusCode::PRECONDITION_FAILED);
        assert_eq!(refused.headers()[TUS_VERSION], VERSION);
    }

    proptest! {
        #[test]
        fn any_announcement_is_read_or_refused(length in "[ -~]{0,24}", metadata in "[ -~]{0,80}") {
            let mut headers = HeaderMap::new();
            headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
            headers.insert(UPLOAD_LENGTH, HeaderValue::from_str(&length).expect("a header"));
            headers.insert(UPLOAD_METADATA, HeaderValue::from_str(&metadata).expect("a header"));
            if let Err(refused) = announced(&headers) {
                prop_assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
            }
        }
    }
}
