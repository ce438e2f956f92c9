//! `POST /files/change`: one act on the files that a form names.
//!
//! It is a door and not a server function, because a page's ticks all post one name (`file=..&file=..`), which is what a
//! download of several takes as well.

use crate::{
    answer::{self, with_cookie},
    middleware::plain_forms,
    state::House,
    uploads::outliving,
};
use app::desk::{Desk, SAID_SECONDS};
use axum::{
    Extension,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    Field, FileId, LibraryReason, Problem, Reason,
    form::{CHANGE_FILES, Flash},
    library::Act,
    limits,
    said::Said,
    text::local_path,
};
use firm::{flashes, library};
use http::{HeaderMap, StatusCode};

/// What the form says.
#[derive(Default)]
struct Typed {
    files: Vec<FileId>,
    act: String,
    folder: String,
    tag: String,
    year: String,
    from: String,
}

/// `POST /files/change`.
pub async fn change(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(body) = axum::body::to_bytes(body, limits::FORM_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let page = answer::wants_page(&headers);
    let reference = desk.request_id.to_string();
    let done = outliving(&house, async move {
        let (typed, outcome) = match Typed::read(&body) {
            Ok(typed) => {
                let outcome = act(&desk, &typed).await;
                (typed, outcome)
            }
            Err(problem) => (Typed::default(), Err(problem)),
        };
        answered(&desk, &typed, outcome, page).await
    });
    done.await
        .unwrap_or_else(|| answer::problem(&Problem::Fault { reference }))
}

impl Typed {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "file" => typed.files.push(value.parse().map_err(|_| Problem::NotFound)?),
                "act" => typed.act = value.into_owned(),
                "folder" => typed.folder = value.into_owned(),
                "tag" => typed.tag = value.into_owned(),
                "year" => value.trim().clone_into(&mut typed.year),
                "from" => typed.from = value.into_owned(),
                _ => {}
            }
        }
        Ok(typed)
    }

    /// What is to be done, and what the page says afterwards.
    fn acts(&self) -> Result<(Vec<Act>, Said), Problem> {
        let one = |act, said| Ok((vec![act], said));
        match self.act.as_str() {
            "share" => one(Act::Share, Said::FilesShared),
            "hide" => one(Act::Hide, Said::FilesHidden),
            "withdraw" => one(Act::Withdraw, Said::FilesWithdrawn),
            "trash" => one(Act::Trash, Said::FilesTrashed),
            "restore" => one(Act::Restore, Said::FilesRestored),
            "untag" => one(Act::Untag(self.tag.clone()), Said::FilesChanged),
            // Of a list only the fields that were filled in count; a file's own form shows how all of them stand.
            "apply" => Ok((self.order(false)?, Said::FilesChanged)),
            "set" => Ok((self.order(true)?, Said::FilesChanged)),
            _ => Err(Problem::field(Field::Form, Reason::NotOffered)),
        }
    }

    fn order(&self, all: bool) -> Result<Vec<Act>, Problem> {
        let mut acts = Vec::new();
        match self.folder.as_str() {
            "" => {}
            "none" => acts.push(Act::Move(None)),
            id => {
                let id = id
                    .parse()
                    .map_err(|_| Problem::field(Field::Folder, Reason::NotOffered))?;
                acts.push(Act::Move(Some(id)));
            }
        }
        if !self.year.is_empty() {
            let (least, most) = (limits::YEARS.start().unsigned_abs(), limits::YEARS.end().unsigned_abs());
            let year = self
                .year
                .parse()
                .map_err(|_| Problem::field(Field::Year, Reason::OutOfRange { least, most }))?;
            acts.push(Act::Year(Some(year)));
        } else if all {
            acts.push(Act::Year(None));
        }
        if !self.tag.trim().is_empty() {
            acts.push(Act::Tag(self.tag.clone()));
        }
        if acts.is_empty() {
            return Err(Problem::field(
                Field::Form,
                Reason::Library(LibraryReason::NothingChosen),
            ));
        }
        Ok(acts)
    }
}

async fn act(desk: &Desk, typed: &Typed) -> Result<Said, Problem> {
    let (acts, said) = typed.acts()?;
    library::change(&desk.firm, &desk.actor, &typed.files, &acts)
        .await
        .map_err(|error| error.into_problem(&desk.request_id.0))?;
    if let Some(session) = desk.session
        && let Err(error) = flashes::forget(&desk.firm, session, CHANGE_FILES.action).await
    {
        error.into_problem(&desk.request_id.0);
    }
    Ok(said)
}

/// Back to where the form stood, which says what was done, or why not.
async fn answered(desk: &Desk, typed: &Typed, outcome: Result<Said, Problem>, page: bool) -> Response {
    match outcome {
        Ok(said) => {
            let cookie = desk.cookies.set(desk.cookies.said(), said.name(), SAID_SECONDS);
            with_cookie(answer::see_other(back(desk, &typed.from)), Some(cookie))
        }
        Err(problem) => refused(desk, &typed.from, problem, page).await,
    }
}

/// Why nothing was done with the ticked files: told on the page `from`, where the form stood.
pub(crate) async fn refused(desk: &Desk, from: &str, problem: Problem, page: bool) -> Response {
    if !page {
        return answer::problem(&problem);
    }
    let flash = Flash {
        form: CHANGE_FILES.action.to_owned(),
        kept: Vec::new(),
        problem,
    };
    match plain_forms::keep(desk, flash).await {
        Ok(cookie) => with_cookie(answer::see_other(back(desk, from)), cookie),
        Err(answer) => answer,
    }
}

/// The page that was left, or the list.
fn back<'a>(desk: &Desk, from: &'a str) -> &'a str {
    let home = if desk.actor.is_staff() {
        "/office/files"
    } else {
        "/files"
    };
    local_path(from).unwrap_or(home)
}
