//! A contact's password, as staff may deal with it: they send a link that sets one, and never see or choose it.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::parts::hidden,
    ui::icon::{Glyph, Icon},
};
use domain::{ContactId, contact::ContactState, form, office::contacts::ContactView, said::Said};
use firm::resets;
use leptos::prelude::*;

/// The part of a contact's page that is about it; none for somebody without access.
pub(super) fn section(view: &ContactView, here: &str) -> Option<impl IntoView + use<>> {
    let (id, from) = (view.id, here.to_owned());
    (view.state == ContactState::Active && view.whole).then(|| {
        let words = if view.has_password {
            "They have one."
        } else {
            "They have none, and come in by mailed link."
        };
        view! {
            <section class="section" aria-labelledby="password">
                <div class="section-head">
                    <h2 id="password">"Password"</h2>
                </div>
                <p class="quiet-text">
                    {words}
                    " The link goes to the address above, and they set the password themselves. Nobody here can see it, and we never ask for it: not by telephone, not by email."
                </p>
                <form method="post" action=form::SEND_RESET.action>
                    {hidden("from", from)} {hidden("id", id)}
                    <button class="button">
                        <Icon glyph=Glyph::Mail />
                        "Send reset link"
                    </button>
                </form>
            </section>
        }
    })
}

/// Sends a contact a link that sets a password.
///
/// # Errors
/// The contact is not in the reader's scope, or has no access.
#[server(prefix = "/api", endpoint = "send_reset")]
pub async fn send_reset(
    /// Whom.
    id: ContactId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    resets::send(&desk.firm, &desk.actor, id).await.told(&desk)?;
    desk.done(Said::ResetSent, &format!("/office/contacts/{id}"));
    Ok(())
}
