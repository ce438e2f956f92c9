//! How people sign in: what the firm chooses, and what the strict profile overrides.

pub mod api;
mod fields;
mod groups;

use crate::{
    desk::Told,
    office::parts::{back_to, hidden},
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        field::{error_of_form, typed},
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field,
    form::{self, Flash},
    settings::{PASSWORD_ALONE, SignInDraft, SignInSettings},
};
use firm::settings::sign_in;
use groups::{activation, links, passwords, profile, questions, second_step, sessions};
use leptos::prelude::*;

const PAGE: &str = "/office/settings/sign-in";

/// What stands beside a field of the form.
const FIELDS: [Field; 8] = [
    Field::Profile,
    Field::PasswordChars,
    Field::LinkMinutes,
    Field::WithoutMobile,
    Field::Questions,
    Field::QuestionList,
    Field::IdleDays,
    Field::TotalDays,
];

/// `/office/settings/sign-in`.
#[component]
pub fn SignInSettingsPage() -> impl IntoView {
    framed("How people sign in", |desk| async move {
        let settings = sign_in::edit(&desk.firm, &desk.actor).await.told(&desk)?;
        let flash = flash_of(&desk, &form::SAVE_SIGN_IN).await?;
        let problem = flash.as_ref().map(|flash| &flash.problem);
        let banner = error_of_form(problem, &FIELDS).unwrap_or_default();
        let shown = flash.as_ref().map_or_else(|| (&settings).into(), typed_into);
        Ok(view! {
            {back_to("/office/settings", "Firm")}
            <div class="page-head">
                <div>
                    <h1>"How people sign in"</h1>
                    <p class="lead">"What you change here holds from the moment at which you save it."</p>
                </div>
            </div>
            <ErrorBanner sentence=banner />
            {short_password(&settings)}
            <form class="stack office-form" method="post" action=form::SAVE_SIGN_IN.action>
                {hidden("from", PAGE)} {profile(&shown, problem)} {passwords(&shown, problem)} {links(&shown, problem)}
                {activation(&shown, problem)} {questions(&shown, problem)} {second_step(&shown)}
                {sessions(&shown, problem)} <button class="button primary">"Save"</button>
            </form>
        }
        .into_any())
    })
}

/// What was typed before it was refused.
fn typed_into(flash: &Flash) -> SignInDraft {
    let of = |name: &str| typed(Some(flash), name);
    SignInDraft {
        profile: of("profile"),
        password_chars: of("password_chars"),
        character_kinds: of("character_kinds"),
        passwordless: of("passwordless"),
        link_minutes: of("link_minutes"),
        send_code_on_open: of("send_code_on_open"),
        without_mobile: of("without_mobile"),
        contacts_need_factor: of("contacts_need_factor"),
        questions: of("questions"),
        question_list: of("question_list"),
        idle_days: of("idle_days"),
        total_days: of("total_days"),
    }
}

/// Fewer characters than the standard asks for are the firm's own decision, and are said as such.
fn short_password(settings: &SignInSettings) -> Option<impl IntoView + use<>> {
    let chars = settings.clone().in_force().password_chars;
    (chars < PASSWORD_ALONE).then(|| {
        view! {
            <div class="banner warning" role="note">
                <Icon glyph=Glyph::CircleAlert />
                <p>
                    {format!(
                        "A password may have {chars} characters here. Where it stands alone, without a second step, that is easier to guess than the {PASSWORD_ALONE} that are recommended. The audit log shows who chose it.",
                    )}
                </p>
            </div>
        }
    })
}
