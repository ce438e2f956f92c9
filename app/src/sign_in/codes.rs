//! Fresh recovery codes, shown until they are kept.

use super::{begin_again, flash_of, gated, hidden};
use crate::desk::Told;
use domain::form;
use firm::sign_in;
use leptos::prelude::*;

/// `/sign-in/codes`.
#[component]
pub fn CodesPage() -> impl IntoView {
    gated("Keep your recovery codes", |desk| async move {
        let codes = sign_in::codes_page(&desk.firm, &desk.actor, desk.browser.as_deref())
            .await
            .told(&desk)?;
        let problem = flash_of(&desk, &form::CODES_KEPT).map(|flash| flash.problem);
        Ok(match codes {
            Some(codes) => {
                view! {
                    <div class="stack">
                        <div>
                            <h1>"Keep your recovery codes"</h1>
                            <p class="lead">
                                "Your second step is set up. If your phone or device is ever lost, one of these codes lets you in, each of them once."
                            </p>
                        </div>
                        <CodeSheet codes=codes />
                        <form class="stack" method="post" action=form::CODES_KEPT.action>
                            {hidden("from", "/sign-in/codes".to_owned())}
                            <button class="button primary">"I have kept them"</button>
                        </form>
                    </div>
                }
                    .into_any()
            }
            None => begin_again(problem.as_ref()),
        })
    })
}

/// Recovery codes, to be printed or copied.
#[component]
pub fn CodeSheet(
    /// In groups of four.
    codes: Vec<String>,
) -> impl IntoView {
    let rows = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <ol class="code-sheet">{rows}</ol>
        <p class="quiet-text">
            "Print this page, or copy the codes into your password manager. They are shown this once: we keep only their fingerprints."
        </p>
    }
}
