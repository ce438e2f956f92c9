//! Get help signing in: have a link mailed that sets a new password.

use super::{flash_of, gated, hidden};
use crate::{
    desk::{Told, desk},
    error::AppError,
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form, typed},
        icon::{Glyph, Icon},
    },
};
use domain::{Field, form};
use firm::resets;
use leptos::prelude::*;

/// `/sign-in/help`.
#[component]
pub fn HelpPage() -> impl IntoView {
    gated("Get help signing in", |desk| async move {
        let flash = flash_of(&desk, &form::ASK_RESET);
        let problem = flash.as_ref().map(|flash| &flash.problem);
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Get help signing in"</h1>
                    <p class="lead">
                        "We email you a link to set a new password, also if you never had one."
                    </p>
                </div>
                <ErrorBanner sentence=error_of_form(problem, &[Field::Address]).unwrap_or_default() />
                <form class="stack" method="post" action=form::ASK_RESET.action>
                    {hidden("from", "/sign-in/help".to_owned())}
                    <TextField
                        name="address"
                        label="Your email address"
                        hint="The one we write to you at."
                        kind=Kind::Address
                        value=typed(flash.as_ref(), "address")
                        error=error_of(problem, Field::Address)
                    />
                    <button class="button primary wide">
                        <Icon glyph=Glyph::Mail />
                        "Reset Password"
                    </button>
                </form>
                <p>
                    "No password wanted? " <a href="/sign-in">"Have a sign-in link emailed instead"</a> "."
                </p>
            </div>
        }
        .into_any())
    })
}

/// `/sign-in/help/sent`: the same page for every address.
#[component]
pub fn HelpSentPage() -> impl IntoView {
    gated("Check your email", |_desk| async move {
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Check your email"</h1>
                    <p class="lead">
                        "If we know the address that you typed, a link to set a new password is on its way. It works for an hour."
                    </p>
                </div>
                <p>
                    "The link works on any device. The email also holds a code: type it if the page asks for it."
                </p>
            </div>
            <div class="quiet-text">
                <h2>"Nothing arrived?"</h2>
                <p>
                    "Look in your spam folder. Still nothing: " <a href="/sign-in/help">"ask once more"</a>
                    ", use another address, or ring us."
                </p>
            </div>
        }
        .into_any())
    })
}

/// Asks for a link that sets a new password. The answer is the same for a known and an unknown address.
///
/// # Errors
/// The address is empty or none, or there were too many tries.
#[server(prefix = "/api", endpoint = "ask_reset")]
pub async fn ask_reset(
    /// The e-mail address.
    address: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    resets::ask(&desk.firm, &desk.actor, &address, &desk.device)
        .await
        .told(&desk)?;
    leptos_axum::redirect("/sign-in/help/sent");
    Ok(())
}
