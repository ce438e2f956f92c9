//! One's own security questions: which, and answering them anew.

use crate::{
    desk::{Told, desk},
    error::AppError,
    plain::{flash_of, framed},
    sign_in::hidden,
    ui::{
        banner::ErrorBanner,
        field::error_of_form,
        questions::choose,
        time::{Style, Time},
    },
};
use domain::{Field, Problem, form, questions::QuestionsView, said::Said};
use firm::questions;
use leptos::prelude::*;

const HERE: &str = "/account/questions";

/// `/account/questions`.
#[component]
pub fn QuestionsPage() -> impl IntoView {
    framed("Security questions", |desk| async move {
        let own = questions::own(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?
            .ok_or(AppError(Problem::NotFound))?;
        let flash = flash_of(&desk, &form::ANSWER_QUESTIONS).await?;
        let problem = flash.as_ref().map(|flash| &flash.problem);
        let beside: Vec<Field> = (1..=5)
            .flat_map(|at| [Field::ChosenQuestion(at), Field::Answer(at)])
            .collect();
        let banner = error_of_form(problem, &beside).unwrap_or_default();
        let change = if own.fresh {
            let words = if own.chosen.is_empty() {
                "Keep the answers"
            } else {
                "Keep the new answers"
            };
            view! {
                <form class="stack narrow" method="post" action=form::ANSWER_QUESTIONS.action>
                    {hidden("from", HERE.to_owned())} {choose(&own.offer, flash.as_ref())}
                    <button class="button primary">{words}</button>
                </form>
            }
            .into_any()
        } else {
            let words = if own.chosen.is_empty() {
                "Choose and answer"
            } else {
                "Choose and answer anew"
            };
            view! {
                <a class="button primary" href="/account/confirm?next=/account/questions">
                    {words}
                </a>
            }
            .into_any()
        };
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Security questions"</h1>
                    <p class="lead">
                        "When your password is reset, the link that we email asks for your answers as well. They never let anybody in by themselves."
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=banner />
            {now(&own)}
            <section class="section" aria-labelledby="answer">
                <div class="section-head">
                    <h2 id="answer">
                        {if own.chosen.is_empty() { "Choose and answer" } else { "Choose and answer anew" }}
                    </h2>
                </div>
                <div class="stack">
                    <p class="quiet-text">
                        "We keep your answers in a form that nobody can read, not even we. If you forget them, a code to your mobile does as well, or ring us."
                    </p>
                    {change}
                </div>
            </section>
        }
        .into_any())
    })
}

fn now(own: &QuestionsView) -> Option<impl IntoView + use<>> {
    let since = own.since.filter(|_| !own.chosen.is_empty())?;
    let chosen = own
        .chosen
        .iter()
        .map(|question| view! { <li class="plain-row">{question.clone()}</li> })
        .collect_view();
    Some(view! {
        <section class="section" aria-labelledby="chosen">
            <div class="section-head">
                <h2 id="chosen">"Your questions"</h2>
            </div>
            <ul class="rows">{chosen}</ul>
            <p class="quiet-text">"Answered on " <Time at=since style=Style::LongDay /> "."</p>
        </section>
    })
}

/// Keeps the chosen questions with their answers.
///
/// # Errors
/// A choice or an answer is refused, or the session did not prove itself lately.
#[server(prefix = "/api", endpoint = "answer_questions")]
pub async fn answer_questions(
    /// The chosen questions.
    #[server(default)]
    question: Vec<String>,
    /// The answers, in the same order.
    #[server(default)]
    answer: Vec<String>,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let answers: Vec<(String, String)> = question.into_iter().zip(answer).collect();
    questions::answer(&desk.firm, &desk.actor, desk.session()?, &answers)
        .await
        .told(&desk)?;
    desk.done(Said::QuestionsAnswered, HERE);
    Ok(())
}
