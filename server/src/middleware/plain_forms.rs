//! Forms without scripts: a refused one comes back filled in, an accepted one ends in a redirect.
//!
//! Leptos would answer a refused plain post with a redirect to the `Referer` and the error in the URL, where anyone can
//! forge it and what was typed is lost. So no server function ever sees that a page is asking: each is asked for JSON,
//! and this layer turns the answer into a flash (the declared fields and the problem, sealed) and a 303.

use crate::{answer, state::House, uploads::outliving};
use app::desk::{Desk, RequestId};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Problem,
    form::{FORMS, Flash, Form},
    limits,
    text::local_path,
};
use firm::flashes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER, SET_COOKIE},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::time::Duration;

/// Time for a form's body to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Bytes of a server function's refusal; ours are a few hundred.
const REFUSAL_BYTES: usize = 64 * 1024;
const SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");
const SERVER_FN_REDIRECT: HeaderName = HeaderName::from_static("serverfnredirect");

/// Stands around every server function.
///
/// Once a form has arrived, what it asks for is done in a task of its own: a browser that leaves in the middle changes
/// nothing about it, from the first statement to the hint that open pages get.
pub async fn layer(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let page = answer::wants_page(&parts.headers);
    parts
        .headers
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(REFERER);
    let post = parts.method == Method::POST;
    let body = match whole(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let plain = post && page && is_urlencoded(&parts.headers);
    let typed = plain.then(|| Typed::read(parts.uri.path(), &body)).flatten();
    let request = Request::from_parts(parts, Body::from(body));
    if !post {
        return answered(&desk, typed, request, next).await;
    }
    let reference = desk.request_id.to_string();
    let done = outliving(&house, async move { answered(&desk, typed, request, next).await }).await;
    done.unwrap_or_else(|| answer::problem(&Problem::Fault { reference }))
}

async fn answered(desk: &Desk, typed: Option<Typed>, request: Request, next: Next) -> Response {
    let answered = next.run(request).await;
    let answered = match refusal(answered, &desk.request_id).await {
        Answered::Accepted(response) => Ok(response),
        Answered::Refused(response, problem) => Err((response, problem)),
    };
    match (typed, answered) {
        (None, Ok(response) | Err((response, _))) => response,
        (Some(typed), Ok(response)) => accepted(desk, &typed, response).await,
        (Some(typed), Err((response, problem))) => {
            let kept = match keep(desk, typed.flash(problem.clone())).await {
                Ok(kept) => kept,
                Err(answer) => return answer,
            };
            let to = match problem {
                Problem::SignedOut => answer::sign_in_then(&typed.from),
                _ => typed.from,
            };
            redirected(&to, response.headers(), kept)
        }
    }
}

/// What was typed into a plain form, as far as it is kept.
struct Typed {
    form: Form,
    from: String,
    kept: Vec<(String, String)>,
}

impl Typed {
    fn read(path: &str, body: &[u8]) -> Option<Self> {
        let form = *FORMS.iter().find(|form| form.action == path)?;
        let (mut from, mut kept) = (None, Vec::new());
        for (name, value) in form_urlencoded::parse(body) {
            if name == "from" && from.is_none() {
                from = local_path(&value).map(str::to_owned);
            } else if form.keeps.contains(&&*name) && !kept.iter().any(|(other, _)| *other == name) {
                kept.push((name.into_owned(), value.into_owned()));
            }
        }
        Some(Self {
            form,
            from: from.unwrap_or_else(|| "/".to_owned()),
            kept,
        })
    }

    fn flash(&self, problem: Problem) -> Flash {
        Flash {
            form: self.form.action.to_owned(),
            kept: self.kept.clone(),
            problem,
        }
    }
}

/// Keeps the flash: in the session's row, or before sign-in in a sealed cookie, which is returned.
///
/// # Errors
/// The answer to give where the row cannot be written: the problem, on a page that holds what was typed.
pub async fn keep(desk: &Desk, flash: Flash) -> Result<Option<String>, Response> {
    let Some(session) = desk.session else {
        let sealed = flashes::seal(&desk.firm, &flash);
        return Ok(Some(desk.cookies.set(
            desk.cookies.flash(),
            &sealed,
            limits::FLASH_SECONDS,
        )));
    };
    match flashes::keep(&desk.firm, session, &flash).await {
        Ok(()) => Ok(None),
        Err(error) => {
            let mut response = answer::problem(&error.into_problem(&desk.request_id.0));
            response.extensions_mut().insert(answer::Kept(flash.kept));
            Err(response)
        }
    }
}

/// An accepted post: its flash is done with, and the browser goes where the function says, or back.
async fn accepted(desk: &Desk, typed: &Typed, response: Response) -> Response {
    let mut cookie = None;
    if desk.flash_of(&typed.form).is_some() {
        cookie = Some(desk.cookies.set(desk.cookies.flash(), "", 0));
    }
    if let Some(session) = desk.session
        && let Err(error) = flashes::forget(&desk.firm, session, typed.form.action).await
    {
        error.into_problem(&desk.request_id.0);
    }
    let to = response
        .headers()
        .get(LOCATION)
        .and_then(|to| to.to_str().ok())
        .unwrap_or(&typed.from);
    redirected(to, response.headers(), cookie)
}

fn redirected(to: &str, given: &HeaderMap, cookie: Option<String>) -> Response {
    let mut response = answer::see_other(to);
    let headers = response.headers_mut();
    for (name, value) in given {
        let spent = [
            CONTENT_TYPE,
            CONTENT_LENGTH,
            LOCATION,
            SERVER_FN_ERROR,
            SERVER_FN_REDIRECT,
        ];
        if !spent.contains(name) {
            headers.append(name.clone(), value.clone());
        }
    }
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        headers.append(SET_COOKIE, cookie);
    }
    response
}

enum Answered {
    Accepted(Response),
    Refused(Response, Problem),
}

/// Gives a refusal the status that its problem has, and a reference where the framework had none.
async fn refusal(response: Response, id: &RequestId) -> Answered {
    let failed = response.headers().contains_key(SERVER_FN_ERROR) || !response.status().is_success();
    if !failed || response.status().is_redirection() {
        return Answered::Accepted(response);
    }
    let (mut parts, body) = response.into_parts();
    let bytes = Limited::new(body, REFUSAL_BYTES)
        .collect()
        .await
        .map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    let problem = match serde_json::from_slice(&bytes) {
        Ok(Problem::Fault { reference }) if reference.is_empty() => {
            tracing::error!("a server function failed inside the framework");
            Problem::Fault {
                reference: id.to_string(),
            }
        }
        Ok(problem) => problem,
        Err(_) => Problem::Fault {
            reference: id.to_string(),
        },
    };
    parts.status = answer::status(&problem);
    answer::advise(&mut parts.headers, &problem);
    parts.headers.remove(CONTENT_LENGTH);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Answered::Refused(Response::from_parts(parts, Body::from(body)), problem)
}

async fn whole(body: Body) -> Result<Bytes, StatusCode> {
    let read = Limited::new(body, limits::FORM_BYTES).collect();
    match tokio::time::timeout(BODY_TIME, read).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}
