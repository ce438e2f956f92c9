//! Keeping it: posted by a plain form.
#![expect(clippy::too_many_arguments, reason = "a plain form posts its fields flat")]

use super::PAGE;
use crate::{
    desk::{Told, desk},
    error::AppError,
};
use domain::{said::Said, settings::SignInDraft};
use firm::settings::sign_in;
use leptos::prelude::*;

/// Keeps how people sign in.
///
/// # Errors
/// The actor may not run the firm, or a field is refused.
#[server(prefix = "/api", endpoint = "save_sign_in")]
pub async fn save_sign_in(
    /// `standard` or `strict`.
    #[server(default)]
    profile: String,
    /// The least length of a password.
    #[server(default)]
    password_chars: String,
    /// `yes` to ask for kinds of characters.
    #[server(default)]
    character_kinds: String,
    /// `yes` to let contacts do without a password.
    #[server(default)]
    passwordless: String,
    /// The life of a mailed link.
    #[server(default)]
    link_minutes: String,
    /// `yes` to send the code when the page opens.
    #[server(default)]
    send_code_on_open: String,
    /// `read_out` or `mail`.
    #[server(default)]
    without_mobile: String,
    /// `yes` to ask contacts for a second factor.
    #[server(default)]
    contacts_need_factor: String,
    /// How many questions.
    #[server(default)]
    questions: String,
    /// The questions, one a line.
    #[server(default)]
    question_list: String,
    /// Days without a visit.
    #[server(default)]
    idle_days: String,
    /// Days in any case.
    #[server(default)]
    total_days: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let draft = SignInDraft {
        profile,
        password_chars,
        character_kinds,
        passwordless,
        link_minutes,
        send_code_on_open,
        without_mobile,
        contacts_need_factor,
        questions,
        question_list,
        idle_days,
        total_days,
    };
    sign_in::keep(&desk.firm, &desk.actor, &draft).await.told(&desk)?;
    desk.done(Said::Saved, PAGE);
    Ok(())
}
