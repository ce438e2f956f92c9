//! A password of one's own, where the firm asks for one or the contact wants one.

use super::{api::path, id_here, link, stepper};
use crate::{
    sign_in::{flash_of, gated, hidden},
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form},
        new_password::NewPassword,
    },
};
use domain::{Field, Problem, form, walk::PasswordStep};
use firm::activation;
use leptos::prelude::*;

/// `/activate/{id}/password`.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let id = id_here();
    gated("Choose a password", |desk| async move {
        let id = link(&desk, &id)?;
        let step = activation::password_step(&desk.firm, &desk.actor, id, desk.browser.as_deref()).await;
        let step = match step {
            Ok(step) => step,
            Err(error) => return super::open_again(&desk, id, error),
        };
        let problem = flash_of(&desk, &form::SET_FIRST_PASSWORD).map(|flash| flash.problem);
        Ok(show(&step, problem.as_ref()))
    })
}

fn show(step: &PasswordStep, problem: Option<&Problem>) -> AnyView {
    let here = format!("{}/password", path(step.id));
    let lead = if step.passwordless {
        "It is a second way in, beside a link that we email you, and it confirms what you approve."
    } else {
        "You sign in with it, and it confirms what you approve."
    };
    let without = step.passwordless.then(|| {
        view! {
            <form class="stack" method="post" action=form::SET_FIRST_PASSWORD.action>
                {hidden("from", here.clone())}
                {hidden("id", step.id.to_string())}
                {hidden("without", "yes".to_owned())}
                <p class="quiet-text">
                    "You can do without: then we email you a link each time, and you can choose a password later."
                </p>
                <button class="button">"Carry on without a password"</button>
            </form>
        }
    });
    view! {
        {stepper(2, step.asks_questions)}
        <div class="stack">
            <div>
                <h1>"Choose a password"</h1>
                <p class="lead">{lead}</p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::NewPassword]).unwrap_or_default() />
            <form class="stack" method="post" action=form::SET_FIRST_PASSWORD.action>
                {hidden("from", here.clone())}
                {hidden("id", step.id.to_string())}
                <NewPassword
                    rules=step.rules.clone()
                    address=step.address.clone()
                    error=error_of(problem, Field::NewPassword)
                    first=true
                />
                <button class="button primary">"Set password"</button>
            </form>
            {without}
        </div>
    }
    .into_any()
}
