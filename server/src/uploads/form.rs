//! The plain multipart form: a message and its files, in one request, without scripts.
//!
//! The text fields stand before the files, so that everything is known before the first byte of a file arrives. A refusal
//! must reach the person: a browser that is cut off while it sends shows a broken connection, so what is left of the body
//! is read on for a while and thrown away, and then comes a redirect back to the form, which is filled in again.

mod typed;

use super::{BodyError, pieces, sealing};
use crate::{
    answer::{self, with_cookie},
    middleware::plain_forms,
    state::House,
};
use app::desk::{Desk, SAID_SECONDS};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use domain::{
    Field as Name, Problem, Reason, ThreadId, UploadId, UploadLinkId,
    form::{Flash, SEND_MESSAGE},
    limits,
    said::Said,
    upload_link::path,
};
use firm::{
    drafts,
    library::{self, NewFiles},
    messages::{self, NewMessage},
    threads::{self, NewThread},
    upload_links::{self, guests},
    uploads::{self, Destination},
};
use futures::{Stream, StreamExt as _, future::ready, stream};
use http::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use multer::{Field, Multipart};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};
use typed::Typed;

/// How much of a refused body is read on so that our answer arrives.
const READ_ON_BYTES: u64 = 64 * 1024 * 1024;
/// For how long.
const READ_ON_TIME: Duration = Duration::from_secs(10);

/// `POST /uploads/form`.
pub async fn send(State(house): State<House>, Extension(desk): Extension<Desk>, request: Request) -> Response {
    let boundary = boundary_of(&request);
    let signed_out = desk.actor.side().is_none();
    if signed_out && (boundary.is_none() || !answer::wants_page(request.headers())) {
        return answer::problem(&Problem::SignedOut);
    }
    let Some(boundary) = boundary else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let scripted = is_scripted(&request);
    let reference = desk.request_id.to_string();
    let answered = sealing(
        &house,
        async move { receive(&desk, request.into_body(), boundary).await },
    )
    .await;
    answered_to(scripted, reference, answered)
}

/// `POST /drop/{id}/files`: files by an upload-only link.
pub async fn send_by_link(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = id.parse::<UploadLinkId>() else {
        return answer::problem(&Problem::NotFound);
    };
    let Some(boundary) = boundary_of(&request) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let scripted = is_scripted(&request);
    let reference = desk.request_id.to_string();
    let answered = sealing(&house, async move {
        let body = request.into_body();
        match guests::sender(&desk.firm, id, desk.guest.as_deref()).await {
            Ok(actor) => {
                // Whoever may be signed in here besides: what is sent by the link is the guest's.
                let guest = Desk {
                    actor,
                    session: None,
                    ..desk
                };
                receive(&guest, body, boundary).await
            }
            Err(error) => {
                let problem = error.into_problem(&desk.request_id.0);
                if problem == Problem::NotFound {
                    return answer::problem(&problem);
                }
                read_on(Multipart::new(parts_of(body, boundary.len() + 2).await, boundary)).await;
                let typed = Typed {
                    from: Some(path(id)),
                    ..Typed::default()
                };
                refused(&desk, typed, problem).await
            }
        }
    })
    .await;
    answered_to(scripted, reference, answered)
}

fn boundary_of(request: &Request) -> Option<String> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

fn is_scripted(request: &Request) -> bool {
    let accept = request.headers().get(ACCEPT);
    accept.is_some_and(|accept| accept == "application/json")
}

fn answered_to(scripted: bool, reference: String, answered: Option<Response>) -> Response {
    let mut answered = answered.unwrap_or_else(|| answer::problem(&Problem::Fault { reference }));
    if scripted && answered.status() == StatusCode::SEE_OTHER {
        // A script sends the form and shows how far it is. It would follow a redirect itself, and so read away what the page
        // that it leads to says once. What it sent before the form is done with once the form was taken, and not before.
        let refused = answered.extensions().get::<Refused>().is_some();
        *answered.status_mut() = if refused {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::CREATED
        };
    }
    answered
}

/// Marks the answer to a refused form.
#[derive(Clone)]
struct Refused;

async fn receive(desk: &Desk, body: Body, boundary: String) -> Response {
    let mut form = Multipart::new(parts_of(body, boundary.len() + 2).await, boundary);
    let mut typed = Typed::default();
    let mut begun = Vec::new();
    let outcome = match take(desk, &mut form, &mut typed, &mut begun).await {
        // Whatever is wrong with what they sent.
        _ if is_nobody(desk) => Err(Problem::SignedOut),
        Ok(()) => post(desk, &typed, &[typed.sent.as_slice(), &begun].concat()).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(to) => {
            // A form that came a second time made nothing of what it brought again.
            give_up(desk, &begun).await;
            forget(desk, &typed).await;
            let said = match (&typed.version, &typed.library) {
                _ if desk.actor.only_client().is_some() => Some(Said::FilesReceived),
                (Some(_), _) => Some(Said::FileRenewed),
                (None, Some(_)) => Some(Said::FilesKept),
                (None, None) => None,
            };
            let kept = said.map(|said| desk.cookies.set(desk.cookies.said(), said.name(), SAID_SECONDS));
            with_cookie(with_cookie(answer::see_other(&to), kept), spent(desk, &typed))
        }
        Err(problem) => {
            give_up(desk, &begun).await;
            read_on(form).await;
            refused(desk, typed, problem).await
        }
    }
}

/// Gives up what no file was made of; the others are uploads no more.
async fn give_up(desk: &Desk, begun: &[UploadId]) {
    for upload in begun {
        if let Err(error) = uploads::cancel(&desk.firm, &desk.actor, *upload).await {
            error.into_problem(&desk.request_id.0);
        }
    }
}

/// The body as `multer` should see it.
///
/// - It takes in whatever is ready before it looks at any of it. So each piece waits for one turn of the runtime, which
///   bounds what is held.
/// - A body that was cut off merely ends: what came before, the text above all, is still read.
/// - It gives up when the body's end comes with the first boundary (multer 3.1, `FindingFirstBoundary`), so it gets that
///   boundary, at least `head` bytes, at once.
async fn parts_of(body: Body, head: usize) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static {
    let mut arriving = pieces(body).take_while(|piece| ready(piece.is_ok())).boxed();
    let mut first = Vec::new();
    while first.len() < head
        && let Some(Ok(piece)) = arriving.next().await
    {
        first.extend_from_slice(&piece);
    }
    let rest = arriving.then(|piece| async {
        tokio::task::yield_now().await;
        piece
    });
    stream::iter([Ok(Bytes::from(first))]).chain(rest)
}

/// Reads the whole form: fields into `typed`, files into the store.
async fn take(
    desk: &Desk,
    form: &mut Multipart<'static>,
    typed: &mut Typed,
    begun: &mut Vec<UploadId>,
) -> Result<(), Problem> {
    let mut room = limits::FORM_BYTES;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(()),
            // The head of a part holds nothing but names.
            Err(
                multer::Error::ReadHeaderFailed(_)
                | multer::Error::DecodeHeaderName { .. }
                | multer::Error::DecodeHeaderValue { .. }
                | multer::Error::DecodeContentType(_),
            ) => return Err(Problem::field(Name::Files, Reason::FileName)),
            Err(_) => return Err(Problem::field(Name::Form, Reason::NotOffered)),
        };
        match field.name() {
            // All text stands before: what was typed is known, and a visitor's file is not taken.
            Some("files") if is_nobody(desk) => return Err(Problem::SignedOut),
            Some("files") => {
                if let Some(upload) = take_file(desk, field, typed, begun.len()).await? {
                    begun.push(upload);
                }
            }
            // What a script sent before by itself.
            Some("upload") => {
                let id = take_text(field, &mut room).await?.parse();
                typed
                    .sent
                    .push(id.map_err(|_| Problem::field(Name::Files, Reason::FileGone))?);
            }
            Some(name) => {
                let name = name.to_owned();
                let text = take_text(field, &mut room).await?;
                if let Some(slot) = typed.slot(&name)
                    && slot.is_none()
                {
                    *slot = Some(text);
                }
            }
            None => {}
        }
    }
}

/// Whether nobody sends who might: not signed in, and no guest of a link.
fn is_nobody(desk: &Desk) -> bool {
    desk.actor.person().is_none()
}

async fn take_text(mut field: Field<'static>, room: &mut usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = field.chunk().await {
        let found = bytes.len() + piece.len();
        if found > *room {
            return Err(Problem::field(
                Name::Text,
                Reason::TooLong {
                    limit: limits::MESSAGE_CHARS,
                    found,
                },
            ));
        }
        bytes.extend_from_slice(&piece);
    }
    *room -= bytes.len();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One file into the store. A browser sends an empty, nameless part where no file was chosen: that is no file.
async fn take_file(
    desk: &Desk,
    mut field: Field<'static>,
    typed: &Typed,
    already: usize,
) -> Result<Option<UploadId>, Problem> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let first = next_piece(&mut field).await;
    if name.is_empty() && matches!(first, Ok(None)) {
        return Ok(None);
    }
    if already >= limits::FILES_A_MESSAGE {
        return Err(Problem::field(Name::Files, Reason::TooManyFiles));
    }
    let to = match desk.actor.only_client() {
        Some(client) => Destination::Client(client),
        None => typed.destination()?,
    };
    let Some(first) = first.map_err(|_| cut(&name))? else {
        return Err(Problem::field(Name::Files, Reason::FileEmpty { name }));
    };
    let body = stream::iter([Ok(first)]).chain(field);
    let taken = uploads::whole(Arc::clone(&desk.firm), desk.actor.clone(), to, name, body).await;
    taken.map(Some).map_err(|error| error.into_problem(&desk.request_id.0))
}

fn cut(name: &str) -> Problem {
    Problem::field(Name::Files, Reason::FileCut { name: name.to_owned() })
}

/// The next piece that has bytes.
async fn next_piece(field: &mut Field<'static>) -> Result<Option<Bytes>, BodyError> {
    loop {
        match field.chunk().await? {
            Some(piece) if piece.is_empty() => {}
            other => return Ok(other),
        }
    }
}

/// Sends what has arrived, and says where to look at it.
async fn post(desk: &Desk, typed: &Typed, begun: &[UploadId]) -> Result<String, Problem> {
    let problem = |error: firm::Error| error.into_problem(&desk.request_id.0);
    if desk.actor.only_client().is_some() {
        upload_links::receive(&desk.firm, &desk.actor, begun, typed.form()?)
            .await
            .map_err(problem)?;
        return Ok(typed.from().to_owned());
    }
    if let Some(file) = typed.version()? {
        let one = match begun {
            [one] => *one,
            [] => return Err(Problem::field(Name::Files, Reason::Empty)),
            _ => return Err(Problem::field(Name::Files, Reason::TooManyFiles)),
        };
        library::renew(&desk.firm, &desk.actor, file, one, typed.form()?)
            .await
            .map_err(problem)?;
        return Ok(typed.from().to_owned());
    }
    if typed.library.is_some() {
        let new = NewFiles {
            client: typed.client()?,
            uploads: begun.to_vec(),
            folder: typed.folder()?,
            shared: typed.shared.is_some(),
            form: typed.form()?,
        };
        library::keep(&desk.firm, &desk.actor, &new).await.map_err(problem)?;
        return Ok(typed.from().to_owned());
    }
    let thread = send_on(desk, typed, begun).await?;
    let shown = if desk.actor.is_staff() {
        "/office/inbox"
    } else {
        "/threads"
    };
    Ok(format!("{shown}/{thread}"))
}

async fn send_on(desk: &Desk, typed: &Typed, begun: &[UploadId]) -> Result<ThreadId, Problem> {
    let problem = |error: firm::Error| error.into_problem(&desk.request_id.0);
    let text = typed.text.clone().unwrap_or_default();
    let (uploads, form) = (begun.to_vec(), typed.form()?);
    if let Some(thread) = typed.thread()? {
        let message = NewMessage { text, uploads, form };
        messages::post(&desk.firm, &desk.actor, thread, &message)
            .await
            .map(|_| thread)
            .map_err(problem)
    } else {
        let subject = typed.subject.clone().unwrap_or_default();
        let new = NewThread {
            client: typed.client()?,
            subject,
            text,
            uploads,
            form,
        };
        threads::start(&desk.firm, &desk.actor, &new).await.map_err(problem)
    }
}

/// Reads on and throws away, within bounds, so that the browser gets to our answer.
async fn read_on(mut form: Multipart<'static>) {
    let until = Instant::now() + READ_ON_TIME;
    let mut left = READ_ON_BYTES;
    while let Ok(Ok(Some(mut field))) = timeout_at(until, form.next_field()).await {
        while let Ok(Ok(Some(piece))) = timeout_at(until, field.chunk()).await {
            left = left.saturating_sub(piece.len() as u64);
            if left == 0 {
                return;
            }
        }
    }
}

/// Back to the form, which finds its text in the draft and the reason in the flash.
async fn refused(desk: &Desk, typed: Typed, problem: Problem) -> Response {
    let to = match problem {
        Problem::SignedOut => answer::sign_in_then(typed.from()),
        _ => typed.from().to_owned(),
    };
    if let (Ok(Some(thread)), Some(text), Some(_)) = (typed.thread(), &typed.text, desk.session)
        && let Err(error) = drafts::keep(&desk.firm, &desk.actor, thread, text).await
    {
        error.into_problem(&desk.request_id.0);
    }
    let from = typed.from().to_owned();
    let values = [
        ("text", typed.text),
        ("subject", typed.subject),
        ("client", typed.client),
    ];
    let kept = values
        .into_iter()
        .filter(|(name, _)| SEND_MESSAGE.keeps.contains(name))
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    let flash = Flash {
        form: SEND_MESSAGE.on(&from),
        kept,
        problem,
    };
    let cookie = match plain_forms::keep(desk, flash).await {
        Ok(cookie) => cookie,
        Err(answer) => return answer,
    };
    let mut response = with_cookie(answer::see_other(&to), cookie);
    response.extensions_mut().insert(Refused);
    response
}

/// As [`forget`], where there is no session: the cookie that kept it.
fn spent(desk: &Desk, typed: &Typed) -> Option<String> {
    let kept = desk.flash.as_ref()?;
    (kept.form == SEND_MESSAGE.on(typed.from())).then(|| desk.cookies.set(desk.cookies.flash(), "", 0))
}

/// The form was accepted: what an earlier refusal kept is done with.
async fn forget(desk: &Desk, typed: &Typed) {
    if let Some(session) = desk.session
        && let Err(error) = firm::flashes::forget(&desk.firm, session, &SEND_MESSAGE.on(typed.from())).await
    {
        error.into_problem(&desk.request_id.0);
    }
}
