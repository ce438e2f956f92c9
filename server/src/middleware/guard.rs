//! Who comes through a door: the `who` of its row, enforced before its handler runs.
//!
//! The verbs of `firm` ask again, thing by thing. This first check is what makes the row of a door true whatever its
//! handler does, and it is where somebody who is not signed in is led to the sign-in page.

use crate::answer;
use app::desk::Desk;
use axum::{
    Extension,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Problem;
use http::{HeaderName, HeaderValue, Method, StatusCode};

/// Marks a server function's error for its client; the value is the function's path.
const SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");

/// Who may come through a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Machines that watch over ours, and browsers that fetch our files: answered before the host is looked at.
    Machine,
    /// Anyone on a firm's host; no session is read.
    Anyone,
    /// Anyone on a firm's host, signed in or not.
    Visitor,
    /// Contacts and staff.
    SignedIn,
    /// Contacts, staff, and browsers that opened an upload-only link: what is behind looks whether its guest may send.
    Sender,
    /// Contacts alone.
    Contact,
    /// Staff alone.
    Staff,
    /// Anyone, in the demo alone; elsewhere the door does not exist.
    Demo,
}

impl Who {
    fn admits(self, desk: &Desk) -> Result<(), Problem> {
        let actor = &desk.actor;
        let signed_in = actor.side().is_some();
        match self {
            Self::Machine | Self::Anyone | Self::Visitor | Self::Demo => Ok(()),
            Self::Sender if desk.guest.is_some() => Ok(()),
            _ if !signed_in => Err(Problem::SignedOut),
            Self::Contact if !actor.is_contact() => Err(Problem::NotFound),
            Self::Staff if !actor.is_staff() => Err(Problem::NotFound),
            Self::SignedIn | Self::Sender | Self::Contact | Self::Staff => Ok(()),
        }
    }
}

/// Lets the request through to its handler, or answers it.
pub async fn layer(who: Who, Extension(desk): Extension<Desk>, request: Request, next: Next) -> Response {
    let problem = match who.admits(&desk) {
        Ok(()) => return next.run(request).await,
        Err(problem) => problem,
    };
    let uri = request.uri();
    let page = answer::wants_page(request.headers()) && matches!(*request.method(), Method::GET | Method::HEAD);
    match problem {
        Problem::SignedOut if page => {
            let here = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            answer::see_other(&answer::sign_in_then(here))
        }
        _ if page => StatusCode::NOT_FOUND.into_response(),
        problem => {
            let mut response = answer::problem(&problem);
            if uri.path().starts_with("/api/")
                && let Ok(path) = HeaderValue::from_str(uri.path())
            {
                response.headers_mut().insert(SERVER_FN_ERROR, path);
            }
            response
        }
    }
}
