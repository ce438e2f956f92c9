//! Pages that answer when there is no page.

use crate::{
    error::AppError,
    ui::icon::{Glyph, Icon},
};
use domain::Problem;
use leptos::prelude::*;

/// A problem that takes the whole page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemPage {
    /// Nothing there, or nothing that this person may know of: one page for both.
    NotFound,
    /// The host belongs to no firm.
    WrongHost,
    /// The request did not come from one of our pages.
    NotFromHere,
    /// Too many tries.
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// A request that cannot be carried out as it is, with the sentence that says why.
    Refused(String),
    /// Storage or database cannot take it now.
    Unavailable {
        /// The request's id.
        reference: String,
    },
    /// Our own fault.
    Fault {
        /// The request's id.
        reference: String,
    },
}

impl From<&Problem> for ProblemPage {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::NotFound => Self::NotFound,
            Problem::TooMany { seconds } => Self::TooMany { seconds: *seconds },
            Problem::Unavailable { reference } => Self::Unavailable {
                reference: reference.clone(),
            },
            Problem::Fault { reference } => Self::Fault {
                reference: reference.clone(),
            },
            Problem::SignedOut | Problem::Refused { .. } => Self::Refused(problem.sentence()),
        }
    }
}

impl ProblemPage {
    /// The HTTP status that says the same (RFC 9110 section 15).
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::WrongHost => 421,
            Self::NotFromHere => 403,
            Self::TooMany { .. } => 429,
            Self::Refused(_) => 422,
            Self::Unavailable { .. } => 503,
            Self::Fault { .. } => 500,
        }
    }

    /// The title of the window.
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::WrongHost => "Wrong address",
            Self::NotFromHere | Self::Refused(_) => "Not done",
            Self::TooMany { .. } => "Please wait",
            Self::Unavailable { .. } => "Please try again",
            Self::Fault { .. } => "Something went wrong",
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Self::NotFound => "There is nothing at this address",
            Self::WrongHost => "No portal has this address",
            Self::NotFromHere => "This did not come from our pages",
            Self::TooMany { .. } => "Please wait a little",
            Self::Refused(_) => "That could not be done",
            Self::Unavailable { .. } => "We cannot do this at the moment",
            Self::Fault { .. } => "Something went wrong on our side",
        }
    }

    fn lead(&self) -> String {
        match self {
            Self::NotFound => "It may be mistyped, the item may have been withdrawn, or it may belong to someone else. For privacy, we do not say which.".to_owned(),
            Self::WrongHost => "Compare it with the address in our emails, letter by letter. If a firm’s website sent you here, please tell the firm.".to_owned(),
            Self::NotFromHere => "A form from another site tried to act in your name, or your browser hid where the form came from. Nothing was done. Open the portal and try again there.".to_owned(),
            Self::TooMany { seconds } => Problem::TooMany { seconds: *seconds }.sentence(),
            Self::Refused(sentence) => sentence.clone(),
            Self::Unavailable { .. } => "What we confirmed is stored, and nothing was sent twice. Please try again in a minute. If it happens once more, tell us this reference:".to_owned(),
            Self::Fault { .. } => "What we confirmed is stored, and nothing was sent twice. Please try again. If it happens once more, tell us this reference:".to_owned(),
        }
    }

    fn reference(&self) -> Option<&str> {
        match self {
            Self::Unavailable { reference } | Self::Fault { reference } => {
                Some(reference.as_str()).filter(|reference| !reference.is_empty())
            }
            _ => None,
        }
    }
}

/// Heading, explanation and reference of a problem; the ways on stand below as children.
#[component]
pub fn ProblemWords(
    /// What happened.
    what: ProblemPage,
    /// The ways on: links and buttons.
    children: Children,
) -> impl IntoView {
    let reference = what.reference().map(ToOwned::to_owned);
    view! {
        <div class="stack">
            <div>
                <h1>{what.heading()}</h1>
                <p class="lead">{what.lead()}</p>
            </div>
            {reference
                .map(|reference| {
                    view! {
                        <p>
                            <span class="visually-hidden">"Reference "</span>
                            <span class="reference">{reference}</span>
                        </p>
                    }
                })}
            <div class="actions">{children()}</div>
        </div>
    }
}

/// A problem in place of a page's content, with a way to try again.
#[component]
pub fn ProblemInPage(
    /// What the server function said.
    error: AppError,
    /// Where to go instead.
    home: &'static str,
) -> impl IntoView {
    let offline = error.is_offline();
    let what = if offline {
        ProblemPage::Refused(error.sentence())
    } else {
        ProblemPage::from(&error.0)
    };
    let again = !matches!(what, ProblemPage::NotFound);
    view! {
        <leptos_meta::Title text=what.title() />
        <ProblemWords what=what>
            {again
                .then(|| {
                    view! {
                        <a class="button primary" href="" rel="external">
                            <Icon glyph=Glyph::Again />
                            "Try again"
                        </a>
                    }
                })} <a class="button" href=home>
                "Go to my first page"
            </a>
        </ProblemWords>
    }
}
