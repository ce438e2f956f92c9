//! Proving once more that it is you, before what signs you in is changed.

use crate::{
    desk::Told,
    plain::{flash_of, framed},
    sign_in::{hidden, next_page, with_next},
    ui::{
        banner::ErrorBanner,
        field::{Kind, TextField, error_of, error_of_form},
        icon::{Glyph, Icon},
    },
};
use domain::{
    Field,
    factors::ConfirmWay,
    form::{self, Form},
};
use firm::confirm;
use leptos::prelude::*;

/// `/account/confirm`.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let next = next_page();
    framed("Is it you?", |desk| async move {
        let way = confirm::way(&desk.firm, &desk.actor).await.told(&desk)?;
        let form = form_of(&way);
        let problem = flash_of(&desk, &form).await?.map(|flash| flash.problem);
        let problem = problem.as_ref();
        let field = match way {
            ConfirmWay::App => view! {
                <TextField
                    name="code"
                    label="Code from your app"
                    hint="Six digits, new every 30 seconds. A pasted code goes on by itself."
                    kind=Kind::AppCode
                    error=error_of(problem, Field::AppCode)
                    first=true
                />
                <button class="button primary">"Continue"</button>
            }
            .into_any(),
            ConfirmWay::Password => view! {
                <TextField
                    name="password"
                    label="Your password"
                    kind=Kind::Password
                    error=error_of(problem, Field::Password)
                    first=true
                />
                <button class="button primary">"Continue"</button>
            }
            .into_any(),
            ConfirmWay::Link { address } => view! {
                <p>"We email a link to " <strong>{address}</strong> ". It brings you back here."</p>
                <button class="button primary">
                    <Icon glyph=Glyph::Mail />
                    "Email me a link"
                </button>
            }
            .into_any(),
        };
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Is it you?"</h1>
                    <p class="lead">
                        "You signed in some time ago. Before anything changes in how you sign in, prove once more that it is you."
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem, &[Field::AppCode, Field::Password])
                .unwrap_or_default() />
            <form class="stack narrow" method="post" action=form.action>
                {hidden("from", with_next("/account/confirm", &next))}
                {hidden("next", next)}
                {field}
            </form>
        }
        .into_any())
    })
}

fn form_of(way: &ConfirmWay) -> Form {
    match way {
        ConfirmWay::App => form::CONFIRM_BY_APP,
        ConfirmWay::Password => form::CONFIRM_BY_PASSWORD,
        ConfirmWay::Link { .. } => form::ASK_OWN_LINK,
    }
}
