//! The field for a password that is being set: its rules stand below it before anything is typed, and a script says live
//! which of them fails. The list of common passwords is asked on the server.

use crate::ui::{
    field::FieldError,
    icon::{Glyph, Icon},
};
use domain::password::PasswordRules;
use leptos::prelude::*;

/// A password to be set, with its rules.
#[component]
pub fn NewPassword(
    /// What it must be like.
    rules: PasswordRules,
    /// To which address it belongs, so that password managers keep both.
    #[prop(into)]
    address: String,
    /// What was wrong with the last try.
    #[prop(default = None)]
    error: Option<String>,
    /// Whether it is what the page is for, so that one can type at once.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let least = rules.least;
    let wrong = error.is_some();
    let described = if wrong {
        "password-error password-said password-rules"
    } else {
        "password-said password-rules"
    };
    view! {
        <input
            class="visually-hidden"
            type="email"
            name="username"
            autocomplete="username"
            value=address
            aria-label="Email address"
            tabindex="-1"
            readonly
        />
        <div
            class="field"
            data-meter
            data-least=least.to_string()
            data-words=rules.words.join(" ")
        >
            <label for="password">"New password"</label>
            <div class="with-button">
                <input
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="new-password"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=wrong.then_some("true")
                    autofocus=first || wrong
                    required
                />
                <button class="button" type="button" aria-pressed="false" data-show="password" hidden>
                    <Icon glyph=Glyph::Eye />
                    "Show"
                </button>
            </div>
            {error.map(|sentence| view! { <FieldError id="password-error".to_owned() sentence=sentence /> })}
            <progress class="progress" max="1" value="0" aria-label="Rules that are met" hidden></progress>
            <p class="hint" id="password-said" role="status"></p>
            <ul class="rules" id="password-rules">
                {rule("length", format!("At least {least} characters"))}
                {rules
                    .kinds
                    .then(|| rule("kinds", "Small and capital letters, a figure, and a sign or a space".to_owned()))}
                {rule("names", "More than your name or ours".to_owned())}
                {rule("", "None that is guessed first, such as password2026 or abcdabcd: we look when you save".to_owned())}
            </ul>
        </div>
        <p class="quiet-text">
            "Several words with spaces between them are easy to remember. Paste and password managers work. Do not tell anyone: we never ask for it, by telephone or by email."
        </p>
    }
}

fn rule(name: &'static str, words: String) -> impl IntoView {
    view! {
        <li data-rule=(!name.is_empty()).then_some(name)>
            <span class="visually-hidden"></span>
            {words}
        </li>
    }
}
