//! Activating one's access: the pages behind an invitation, as plain forms without scripts.

pub mod api;
mod code;
mod page;
mod password;
mod questions;

pub use code::CodePage;
pub use page::InvitationPage;
pub use password::PasswordPage;
pub use questions::QuestionsPage;

use domain::{Field, LinkId, Problem, Reason};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{desk::Desk, error::AppError};

/// The steps, in order; the last one where the firm asks for it.
const STEPS: [&str; 3] = ["Code", "Password", "Questions"];

/// The link that this page's address names.
fn link(desk: &Desk, id: &str) -> Result<LinkId, AppError> {
    id.parse()
        .map_err(|_| desk.told(firm::Error::Problem(Problem::NotFound)))
}

fn id_here() -> String {
    use_params_map().read_untracked().get("id").unwrap_or_default()
}

/// Where one stands: `step` counts from 1.
fn stepper(step: usize, asks_questions: bool) -> impl IntoView {
    let count = STEPS.len() - usize::from(!asks_questions);
    let steps = STEPS
        .iter()
        .take(count)
        .enumerate()
        .map(|(before, name)| {
            let done = before + 1 < step;
            view! {
                <li class:done=done aria-current=(before + 1 == step).then_some("step")>
                    {*name}
                    {done.then(|| view! { <span class="visually-hidden">" (done)"</span> })}
                </li>
            }
        })
        .collect_view();
    let words = format!("Step {step} of {count}");
    view! {
        <div class="steps-so-far">
            <p>{words.clone()}</p>
            <ol class="stepper" aria-label=words>
                {steps}
            </ol>
        </div>
    }
}

/// What stands in place of a step that this browser has not come to, or whose link works no more.
fn open_again(desk: &Desk, id: LinkId, error: firm::Error) -> Result<AnyView, AppError> {
    let firm::Error::Problem(Problem::Refused { reason, .. }) = &error else {
        return Err(desk.told(error));
    };
    let (to, words) = match reason {
        Reason::CodeFirst => (format!("{}/code", api::path(id)), "Give the code"),
        Reason::PasswordFirst => (format!("{}/password", api::path(id)), "Choose a password"),
        _ => (api::path(id), "Open the invitation"),
    };
    Ok(view! {
        <div class="stack">
            <div>
                <h1>"This step comes later"</h1>
                <p class="lead">{reason.sentence(Field::Form)}</p>
            </div>
            <div class="actions">
                <a class="button primary" href=to>
                    {words}
                </a>
            </div>
        </div>
    }
    .into_any())
}
