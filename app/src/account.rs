//! The reader's own account.

use crate::plain::framed;
use domain::client::Side;
use firm::account;
use leptos::prelude::*;

/// `/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    framed("My account", |desk| async move {
        let own = account::own(&desk.firm, &desk.actor)
            .await
            .map_err(|error| desk.told(error))?;
        let way = match (own.me.side, own.has_password) {
            (Side::Staff, _) => "With your address and password.",
            (Side::Contact, true) => "With a link that we email, or with your password.",
            (Side::Contact, false) => "With a link that we email. You need no password.",
        };
        Ok(view! {
            <div class="page-head">
                <h1>{own.me.name}</h1>
            </div>
            <section class="section" aria-labelledby="details">
                <div class="section-head">
                    <h2 id="details">"Your details"</h2>
                </div>
                <dl class="facts">
                    <div>
                        <dt>"Email address"</dt>
                        <dd>{own.address}</dd>
                    </div>
                    <div>
                        <dt>"How you sign in"</dt>
                        <dd>{way}</dd>
                    </div>
                </dl>
            </section>
        }
        .into_any())
    })
}
