//! A contact's security questions, as staff may deal with them: they never see an answer, and clear them with a reason.

use crate::{
    desk::{Desk, Told, desk},
    error::AppError,
    office::parts::{Line, hidden},
    plain::flash_about,
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form, typed},
    },
};
use domain::{ContactId, Field, form, said::Said};
use firm::questions;
use leptos::prelude::*;

/// The part of a contact's page that is about them; none where there is nothing to clear.
///
/// # Errors
/// The database fails.
pub async fn section(desk: &Desk, id: ContactId) -> Result<Option<AnyView>, AppError> {
    let on_file = questions::on_file(&desk.firm, &desk.actor, id).await.told(desk)?;
    if !on_file {
        return Ok(None);
    }
    let flash = flash_about(desk, &form::CLEAR_QUESTIONS, id).await?;
    let problem = flash.as_ref().map(|flash| &flash.problem);
    let why = Line {
        name: "reason",
        label: "Why",
        hint: "It stands in the audit log: Forgot the answers, rang from the number on file.",
        kind: "text",
        value: typed(flash.as_ref(), "reason"),
        error: error_of(problem, Field::Why),
        required: true,
    };
    let view = view! {
        <section class="section" aria-labelledby="questions">
            <div class="section-head">
                <h2 id="questions">"Security questions"</h2>
            </div>
            <p class="quiet-text">
                "They have answered some, which are asked when their password is reset. Nobody here can read the answers."
            </p>
            <ErrorBanner sentence=error_of_form(problem, &[Field::Why]).unwrap_or_default() />
            <details class="edit" open=flash.is_some()>
                <summary>"Clear their questions"</summary>
                <p class="quiet-text">
                    "For somebody who has forgotten the answers. Be sure who asks you. They are told by email, and can answer new ones."
                </p>
                <form class="stack office-form" method="post" action=form::CLEAR_QUESTIONS.action>
                    {hidden("from", format!("/office/contacts/{id}"))} {hidden("id", id)} {why.show()}
                    <button class="button">"Clear the questions"</button>
                </form>
            </details>
        </section>
    };
    Ok(Some(view.into_any()))
}

/// Clears a contact's security questions.
///
/// # Errors
/// No reason is given, or the contact is not in the reader's scope.
#[server(prefix = "/api", endpoint = "clear_questions")]
pub async fn clear_questions(
    /// Whose.
    id: ContactId,
    /// Why.
    #[server(default)]
    reason: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    questions::clear(&desk.firm, &desk.actor, id, &reason)
        .await
        .told(&desk)?;
    desk.done(Said::QuestionsCleared, &format!("/office/contacts/{id}"));
    Ok(())
}
