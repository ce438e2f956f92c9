//! The parts of the form in which a firm chooses how people sign in.

use super::fields::{Number, choose, group};
use crate::{
    office::parts::tick,
    ui::{
        field::{FieldError, error_of},
        text_area::inner,
    },
};
use domain::{
    Field, Problem,
    settings::{MOST_QUESTIONS, PASSWORD_BESIDE_FACTOR, SignInDraft},
};
use leptos::prelude::*;

/// What the strict profile changes, whatever stands in the form.
const STRICT: [&str; 7] = [
    "A password that stands alone has at least 15 characters, and no kinds of characters are asked for.",
    "Emailed links and codes work for at most 10 minutes.",
    "No security questions are asked, and answers that were given rest.",
    "The code that activates is sent by the page’s button only.",
    "A contact’s session ends after an hour without a visit, and after 24 hours in any case.",
    "Staff make a passkey, which is their second step from then on; an app alone lets none of them in.",
    "An authenticator app’s code works in its own 30 seconds only.",
];

pub(super) fn profile(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    let choices = [
        ("standard", "Standard: what stands below"),
        ("strict", "Strict: the same, with these rules over it"),
    ];
    let rules = STRICT.map(|rule| view! { <li>{rule}</li> }).collect_view();
    view! {
        <div class="setting">
            {choose("profile", "Profile", &choices, &shown.profile, error_of(problem, Field::Profile))}
            <ul class="bullets quiet-text">{rules}</ul>
        </div>
    }
}

pub(super) fn passwords(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    group(
        "passwords",
        "Passwords",
        view! {
            {Number {
                name: "password_chars",
                label: "Least number of characters",
                hint: "15 are recommended for a password that stands alone; fewer are easier to guess. Beside a second step 8 are enough, whatever stands here. Whoever has a shorter one sets another when they next sign in with it.",
                value: shown.password_chars.clone(),
                range: (PASSWORD_BESIDE_FACTOR, 64),
                error: error_of(problem, Field::PasswordChars),
            }
                .show()}
            {tick(
                "character_kinds",
                "character_kinds",
                "yes",
                "Ask for small and capital letters, a figure and a sign",
                shown.character_kinds == "yes",
            )}
            <p class="hint">
                "Common passwords, and those with your firm’s name in them, are refused in any case. A rule about kinds of characters makes passwords harder to remember and hardly safer, so it is off unless you must have it."
            </p>
            {tick(
                "passwordless",
                "passwordless",
                "yes",
                "Contacts may do without a password",
                shown.passwordless == "yes",
            )}
            <p class="hint">"They then sign in by emailed link alone."</p>
        },
    )
}

pub(super) fn links(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    group(
        "links",
        "Emailed links",
        Number {
            name: "link_minutes",
            label: "Minutes that a link to sign in works",
            hint: "5 to 30. Its code works as long. A shorter life ends links that are on their way.",
            value: shown.link_minutes.clone(),
            range: (5, 30),
            error: error_of(problem, Field::LinkMinutes),
        }
        .show(),
    )
}

pub(super) fn activation(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    let choices = [
        ("read_out", "Somebody of your team reads a code out on the telephone"),
        ("mail", "A code is emailed, apart from the invitation"),
    ];
    group(
        "activation",
        "Invited contacts",
        view! {
            {choose(
                "without_mobile",
                "Where no code can be texted",
                &choices,
                &shown.without_mobile,
                error_of(problem, Field::WithoutMobile),
            )}
            <p class="hint">
                "No mobile is on file, or the text message does not get out. Reading it out is safer: you know whom you ring, and somebody else may read their email."
            </p>
            {tick(
                "send_code_on_open",
                "send_code_on_open",
                "yes",
                "Text the code as soon as the invitation’s page opens",
                shown.send_code_on_open == "yes",
            )} <p class="hint">"Otherwise they press a button on that page first."</p>
        },
    )
}

pub(super) fn questions(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    let error = error_of(problem, Field::QuestionList);
    let described = if error.is_some() {
        "question_list-hint question_list-error"
    } else {
        "question_list-hint"
    };
    let rows = shown.question_list.lines().count().clamp(3, 12).to_string();
    group(
        "questions-part",
        "Security questions",
        view! {
            {Number {
                name: "questions",
                label: "Questions that a contact answers",
                hint: "0 switches them off. They are asked beside the emailed link when a password is reset, and never instead of it. They are no second step: what somebody knows about a person can be found out.",
                value: shown.questions.clone(),
                range: (0, MOST_QUESTIONS),
                error: error_of(problem, Field::Questions),
            }
                .show()}
            <div class="field">
                <label for="question_list">"The questions to choose from"</label>
                <p class="hint" id="question_list-hint">
                    "One a line. Good ones have an answer that does not change and stands in no register."
                </p>
                <textarea
                    id="question_list"
                    name="question_list"
                    rows=rows
                    aria-describedby=described
                    aria-invalid=error.is_some().then_some("true")
                    autofocus=error.is_some()
                    inner_html=inner(&shown.question_list)
                ></textarea>
                {error.map(|sentence| view! { <FieldError id="question_list-error" sentence=sentence /> })}
            </div>
        },
    )
}

pub(super) fn second_step(shown: &SignInDraft) -> impl IntoView + use<> {
    group(
        "second-step",
        "Second step",
        view! {
            {tick(
                "contacts_need_factor",
                "contacts_need_factor",
                "yes",
                "Contacts need a second step",
                shown.contacts_need_factor == "yes",
            )}
            <p class="hint">
                "Whoever has none sets one up the next time they sign in. Your team always needs one. Without this, contacts may set one up themselves."
            </p>
        },
    )
}

pub(super) fn sessions(shown: &SignInDraft, problem: Option<&Problem>) -> impl IntoView + use<> {
    group(
        "sessions",
        "How long contacts stay signed in",
        view! {
            {Number {
                name: "idle_days",
                label: "Days without a visit",
                hint: "1 to 90. After so many they sign in again.",
                value: shown.idle_days.clone(),
                range: (1, 90),
                error: error_of(problem, Field::IdleDays),
            }
                .show()}
            {Number {
                name: "total_days",
                label: "Days in any case",
                hint: "Up to 365, and no fewer than without a visit. Your team is signed out after an hour without a visit, and after 24 hours in any case.",
                value: shown.total_days.clone(),
                range: (1, 365),
                error: error_of(problem, Field::TotalDays),
            }
                .show()}
        },
    )
}
