//! Signing in and out: plain forms on pages without scripts.

pub mod api;
pub mod codes;
pub mod enrol;
pub mod factor;
pub mod help;
pub mod join;
pub mod link;
pub mod manual;
pub mod page;
pub mod passkey_api;
pub mod reset;
pub mod reset_proof;
pub mod sent;
pub mod walk;

use crate::{
    desk::{Desk, desk},
    doors::{Beside, Gate},
    error::AppError,
    ui::{
        banner::DoneBanner,
        passkey::{Ceremony, PasskeyForm},
        problem::{ProblemPage, ProblemWords},
    },
};
use domain::{
    Field, Problem, Reason,
    form::{self, Flash, Form},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use std::future::Future;

/// Renders a page before sign-in: opens the desk, lets `page` make the left side, and shows the problem page instead
/// when there is one.
pub(crate) fn gated<F>(title: &'static str, page: impl FnOnce(Desk) -> F + Send + 'static) -> impl IntoView
where
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    view! {
        <Suspense>
            {Suspend::new(async move {
                let desk = match desk().await {
                    Ok(desk) => desk,
                    Err(error) => return refused(None, &error),
                };
                let card = desk.firm.card();
                let done = desk.take_said().map(|said| view! { <DoneBanner sentence=said.sentence() /> });
                match page(desk).await {
                    Ok(left) => {
                        view! {
                            <Title text=format!("{title} · {}", card.name) />
                            <Gate card=Some(card) beside=Beside::Reasons>
                                {done}
                                {left}
                            </Gate>
                        }
                            .into_any()
                    }
                    Err(error) => refused(Some(card), &error),
                }
            })}
        </Suspense>
    }
}

fn refused(card: Option<domain::portal::FirmCard>, error: &AppError) -> AnyView {
    let what = ProblemPage::from(&error.0);
    let name = card.as_ref().map(|card| format!(" · {}", card.name));
    view! {
        <Title text=format!("{}{}", what.title(), name.unwrap_or_default()) />
        <Gate card=card beside=Beside::People>
            <ProblemWords what=what>
                <a class="button primary" href="/sign-in">
                    "Go to the sign-in page"
                </a>
            </ProblemWords>
        </Gate>
    }
    .into_any()
}

/// What stands in place of a step that this browser has not begun, or that is over.
fn begin_again(problem: Option<&Problem>) -> AnyView {
    let lead = match problem {
        Some(problem) => problem.sentence(),
        None => Reason::StepOver.sentence(Field::Form),
    };
    view! {
        <div class="stack">
            <div>
                <h1>"Sign in again"</h1>
                <p class="lead">{lead}</p>
            </div>
            <div class="actions">
                <a class="button primary" href="/sign-in/manually">
                    "Sign in with your password"
                </a>
                <a class="button" href="/sign-in">
                    "Email me a link"
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// The `next` of this page's address, when it is a path of this host.
pub(crate) fn next_page() -> String {
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
    domain::text::local_path(&next).unwrap_or_default().to_owned()
}

/// This form's flash, taken from the desk.
pub(crate) fn flash_of(desk: &Desk, form: &Form) -> Option<Flash> {
    desk.flash_of(form).cloned()
}

/// As [`flash_of`], also for somebody who is signed in: what a mailed link leads to is open to both.
pub(crate) async fn flash_anywhere(desk: &Desk, form: &Form) -> Result<Option<Flash>, AppError> {
    match flash_of(desk, form) {
        Some(flash) => Ok(Some(flash)),
        None => crate::plain::flash_of(desk, form).await,
    }
}

/// What went wrong with a passkey at the door, if the last press was one.
fn passkey_problem(desk: &Desk) -> Option<Problem> {
    flash_of(desk, &form::SIGN_IN_BY_PASSKEY).map(|flash| flash.problem)
}

/// The button that signs in with a passkey alone, on a page `here`.
fn door_passkey(here: &str, next: &str) -> impl IntoView + use<> {
    let (from, next) = (with_next(here, next), next.to_owned());
    view! {
        <PasskeyForm
            form=form::SIGN_IN_BY_PASSKEY
            ask="/api/ask_passkey"
            ceremony=Ceremony::Sign
            words="Use a passkey"
            class="button wide"
        >
            {hidden("from", from)}
            {hidden("next", next)}
        </PasskeyForm>
    }
}

/// A hidden field.
pub(crate) fn hidden(name: &'static str, value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// `path`, with `next` when there is one.
pub(crate) fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?next={}", encoded(next))
    }
}

/// A path as the value of a query: it is plain ASCII already, so only what would end the value is escaped.
fn encoded(path: &str) -> String {
    path.replace('%', "%25")
        .replace('&', "%26")
        .replace('#', "%23")
        .replace('+', "%2B")
}

#[cfg(test)]
mod tests {
    use super::with_next;

    #[test]
    fn the_page_that_was_wanted_survives_the_way_round() {
        assert_eq!(with_next("/sign-in", ""), "/sign-in");
        assert_eq!(
            with_next("/sign-in", "/files?client=a&page=2"),
            "/sign-in?next=/files?client=a%26page=2"
        );
    }
}
