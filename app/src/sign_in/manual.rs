//! Sign in with address and password: staff, and contacts who chose one.

use super::{door_passkey, flash_of, gated, hidden, next_page, passkey_problem, with_next};
use crate::ui::{
    banner::ErrorBanner,
    field::{Kind, TextField, error_of, error_of_form, typed},
    icon::{Glyph, Icon},
};
use domain::{Field, form};
use leptos::prelude::*;

/// `/sign-in/manually`.
#[component]
pub fn ManualPage() -> impl IntoView {
    let asked_next = next_page();
    gated("Sign in", |desk| async move {
        let flash = flash_of(&desk, &form::SIGN_IN);
        let by_passkey = passkey_problem(&desk);
        let problem = flash.as_ref().map(|flash| &flash.problem).or(by_passkey.as_ref());
        let next = flash
            .as_ref()
            .and_then(|flash| flash.typed("next"))
            .map_or(asked_next, ToOwned::to_owned);
        let beside = [Field::Address, Field::Password];
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Sign in with your password"</h1>
                    <p class="lead">"For our staff, and for those who chose a password."</p>
                </div>
                <ErrorBanner sentence=error_of_form(problem, &beside).unwrap_or_default() />
                <form class="stack" method="post" action=form::SIGN_IN.action>
                    {hidden("from", with_next("/sign-in/manually", &next))}
                    {hidden("next", next.clone())}
                    <TextField
                        name="address"
                        label="Your email address"
                        kind=Kind::Address
                        value=typed(flash.as_ref(), "address")
                        error=error_of(problem, Field::Address)
                    />
                    <TextField
                        name="password"
                        label="Your password"
                        kind=Kind::Password
                        error=error_of(problem, Field::Password)
                    />
                    <button class="button primary wide">
                        <Icon glyph=Glyph::Key />
                        "Sign in"
                    </button>
                </form>
                {door_passkey("/sign-in/manually", &next)}
                <p>
                    <a href="/sign-in/help">"Get help signing in"</a>
                </p>
                <p>
                    <a href=with_next("/sign-in", &next)>"Email me a link instead"</a>
                </p>
            </div>
        }
        .into_any())
    })
}
