//! Ask for a link.

use super::{flash_of, gated, hidden, next_page, with_next};
use crate::ui::{
    banner::ErrorBanner,
    field::{Kind, TextField, error_of, error_of_form, typed},
    icon::{Glyph, Icon},
};
use domain::{Field, form};
use leptos::prelude::*;

/// `/sign-in`, and `/` for those who are not signed in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let asked_next = next_page();
    gated("Sign in", |desk| async move {
        let flash = flash_of(&desk, &form::ASK_LINK);
        let problem = flash.as_ref().map(|flash| &flash.problem);
        let next = flash
            .as_ref()
            .and_then(|flash| flash.typed("next"))
            .map_or(asked_next, ToOwned::to_owned);
        let wanted = (!next.is_empty()).then_some("You come back to the page you wanted.");
        Ok(view! {
            <div class="stack">
                <div>
                    <h1>"Sign in to your portal"</h1>
                    <p class="lead">
                        "We email you a link and a code. There is no password to remember. " {wanted}
                    </p>
                </div>
                <ErrorBanner sentence=error_of_form(problem, &[Field::Address]).unwrap_or_default() />
                <form class="stack" method="post" action=form::ASK_LINK.action>
                    {hidden("from", with_next("/sign-in", &next))}
                    {hidden("next", next.clone())}
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
                        "Email me a link"
                    </button>
                </form>
                <p>
                    <a href=with_next("/sign-in/manually", &next)>"Sign in manually instead"</a>
                </p>
            </div>
        }
        .into_any())
    })
}
