//! Security questions, where the firm asks them.

use super::{api::path, id_here, link, stepper};
use crate::{
    sign_in::{flash_of, gated, hidden},
    ui::{banner::ErrorBanner, field::error_of_form, questions::choose},
};
use domain::{
    Field, LinkId,
    form::{self, Flash},
    questions::QuestionsOffer,
};
use firm::activation;
use leptos::prelude::*;

/// `/activate/{id}/questions`.
#[component]
pub fn QuestionsPage() -> impl IntoView {
    let id = id_here();
    gated("Security questions", |desk| async move {
        let id = link(&desk, &id)?;
        let offer = activation::questions_step(&desk.firm, &desk.actor, id, desk.browser.as_deref()).await;
        let offer = match offer {
            Ok(offer) => offer,
            Err(error) => return super::open_again(&desk, id, error),
        };
        let flash = flash_of(&desk, &form::ANSWER_FIRST_QUESTIONS);
        Ok(show(id, &offer, flash.as_ref()))
    })
}

fn show(id: LinkId, offer: &QuestionsOffer, flash: Option<&Flash>) -> AnyView {
    let beside: Vec<Field> = (1..=5)
        .flat_map(|at| [Field::ChosenQuestion(at), Field::Answer(at)])
        .collect();
    let problem = flash.map(|flash| &flash.problem);
    view! {
        {stepper(3, true)}
        <div class="stack">
            <div>
                <h1>"Questions, in case you forget"</h1>
                <p class="lead">
                    "They are a second check beside an emailed link, never a way in on their own. Capitals and spaces do not matter."
                </p>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &beside).unwrap_or_default() />
            <form class="stack" method="post" action=form::ANSWER_FIRST_QUESTIONS.action>
                {hidden("from", format!("{}/questions", path(id)))}
                {hidden("id", id.to_string())}
                {choose(offer, flash)}
                <button class="button primary">"Finish and open my portal"</button>
            </form>
        </div>
    }
    .into_any()
}
