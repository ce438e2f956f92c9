//! The reader's own account.

pub mod address;
pub mod confirm;
pub mod devices;
pub mod factor_api;
pub mod factors;
pub mod passkey_api;
pub mod passkeys;
pub mod password;
pub mod questions;

use crate::{desk::Told, plain::framed};
use domain::client::Side;
use firm::{account, sessions};
use leptos::prelude::*;

/// `/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    framed("My account", |desk| async move {
        let own = account::own(&desk.firm, &desk.actor).await.told(&desk)?;
        let way = match (own.me.side, own.has_password) {
            (Side::Staff, _) => "With your address and password.",
            (Side::Contact, true) => "With a link that we email, or with your password.",
            (Side::Contact, false) => "With a link that we email. You need no password.",
        };
        let session = desk.session()?;
        let devices = sessions::list(&desk.firm, &desk.actor, session)
            .await
            .told(&desk)?
            .len();
        let devices = match devices {
            1 => "This device alone".to_owned(),
            many => format!("{many} devices"),
        };
        let second = firm::factors::own(&desk.firm, &desk.actor, session).await.told(&desk)?;
        let second = match (second.app, second.passkeys.len()) {
            (Some(_), 0) => "An authenticator app.".to_owned(),
            (Some(_), _) => "An authenticator app, or a passkey.".to_owned(),
            (None, 0) => "None.".to_owned(),
            (None, 1) => "A passkey.".to_owned(),
            (None, many) => format!("{many} passkeys."),
        };
        let questions = firm::questions::own(&desk.firm, &desk.actor, session)
            .await
            .told(&desk)?
            .map(|own| {
                let words = match own.chosen.len() {
                    0 => "Not answered yet.".to_owned(),
                    1 => "One answered.".to_owned(),
                    many => format!("{many} answered."),
                };
                view! {
                    <div>
                        <dt>"Security questions"</dt>
                        <dd>
                            {words} " " <a href="/account/questions">"Security questions"</a>
                        </dd>
                    </div>
                }
            });
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
                        <dd>
                            {own.address} " " <a href="/account/address">"Change address"</a>
                        </dd>
                    </div>
                    <div>
                        <dt>"How you sign in"</dt>
                        <dd>{way}</dd>
                    </div>
                </dl>
            </section>
            <section class="section" aria-labelledby="safety">
                <div class="section-head">
                    <h2 id="safety">"Safety"</h2>
                </div>
                <dl class="facts">
                    <div>
                        <dt>"Signed in on"</dt>
                        <dd>
                            {devices} ". " <a href="/account/devices">"My devices"</a>
                        </dd>
                    </div>
                    <div>
                        <dt>"Password"</dt>
                        <dd>
                            {if own.has_password { "Set. " } else { "None. " }}
                            <a href="/account/password">"Password"</a>
                        </dd>
                    </div>
                    <div>
                        <dt>"Second step"</dt>
                        <dd>
                            {second} " " <a href="/account/factors">"Second step"</a>
                        </dd>
                    </div>
                    {questions}
                </dl>
            </section>
        }
        .into_any())
    })
}
