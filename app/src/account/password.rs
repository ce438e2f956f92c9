//! One's own password: set, changed, or done without.

use crate::{
    account::devices::device,
    desk::{Told, desk},
    error::AppError,
    plain::{flash_of, framed},
    sign_in::hidden,
    ui::{
        banner::ErrorBanner,
        field::{error_of, error_of_form},
        icon::{Glyph, Icon},
        new_password::NewPassword,
    },
};
use domain::{Field, Moment, form, password::PasswordView, said::Said};
use firm::passwords;
use leptos::prelude::*;

const HERE: &str = "/account/password";
const CONFIRM: &str = "/account/confirm?next=/account/password";

/// `/account/password`.
#[component]
pub fn PasswordPage() -> impl IntoView {
    framed("Password", |desk| async move {
        let view = passwords::own(&desk.firm, &desk.actor, desk.session()?)
            .await
            .told(&desk)?;
        let set = flash_of(&desk, &form::SET_PASSWORD).await?.map(|flash| flash.problem);
        let removed = flash_of(&desk, &form::REMOVE_PASSWORD)
            .await?
            .map(|flash| flash.problem);
        let above = error_of_form(set.as_ref(), &[Field::NewPassword]).or(error_of_form(removed.as_ref(), &[]));
        let now = desk.now();
        let lead = if view.has {
            "You have a password. It never has to be changed by a date; change it when somebody may know it."
        } else {
            "You have none: you sign in with a link that we email. With a password you need not wait for the email."
        };
        let beside = error_of(set.as_ref(), Field::NewPassword);
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Password"</h1>
                    <p class="lead">{lead}</p>
                </div>
            </div>
            <ErrorBanner sentence=above.unwrap_or_default() />
            {set_section(&view, beside)}
            {remove_section(&view)}
            {devices_section(view, now)}
        }
        .into_any())
    })
}

fn set_section(view: &PasswordView, error: Option<String>) -> impl IntoView + use<> {
    let (title, words) = if view.has {
        ("Change it", "Change password")
    } else {
        ("Set one", "Set password")
    };
    let way = if view.fresh {
        view! {
            <form class="stack narrow" method="post" action=form::SET_PASSWORD.action>
                {hidden("from", HERE.to_owned())}
                <NewPassword rules=view.rules.clone() address=view.address.clone() error=error />
                <button class="button primary">
                    <Icon glyph=Glyph::Key />
                    {words}
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <div class="stack">
                <p>"You signed in some time ago. Before anything changes, prove once more that it is you."</p>
                <a class="button primary" href=CONFIRM>
                    {words}
                </a>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="set">
            <div class="section-head">
                <h2 id="set">{title}</h2>
            </div>
            {way}
        </section>
    }
}

fn remove_section(view: &PasswordView) -> Option<impl IntoView + use<>> {
    let fresh = view.fresh;
    view.may_remove.then(|| {
        let way = if fresh {
            view! {
                <form method="post" action=form::REMOVE_PASSWORD.action>
                    {hidden("from", HERE.to_owned())}
                    <button class="button">"Remove my password"</button>
                </form>
            }
            .into_any()
        } else {
            view! {
                <a class="button" href=CONFIRM>
                    "Remove my password"
                </a>
            }
            .into_any()
        };
        view! {
            <section class="section" aria-labelledby="without">
                <div class="section-head">
                    <h2 id="without">"Do without one"</h2>
                </div>
                <div class="stack">
                    <p>"You need no password. Without one you sign in with a link that we email."</p>
                    {way}
                </div>
            </section>
        }
    })
}

fn devices_section(view: PasswordView, now: Moment) -> Option<impl IntoView> {
    (!view.others.is_empty()).then(|| {
        let rows = view
            .others
            .into_iter()
            .map(|row| view! { <li>{device(row, now)}</li> })
            .collect_view();
        view! {
            <section class="section" aria-labelledby="others">
                <div class="section-head">
                    <h2 id="others">"Your other devices"</h2>
                </div>
                <p>"A new password signs all of these out at once."</p>
                <ul class="rows devices">{rows}</ul>
            </section>
        }
    })
}

/// Sets the reader's own password.
///
/// # Errors
/// The session did not prove itself lately, or the password breaks a rule.
#[server(prefix = "/api", endpoint = "set_password")]
pub async fn set_password(
    /// The new password.
    password: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let first = passwords::change(&desk.firm, &desk.actor, desk.session()?, &password)
        .await
        .told(&desk)?;
    let said = if first {
        Said::PasswordSet
    } else {
        Said::PasswordChanged
    };
    desk.done(said, HERE);
    Ok(())
}

/// Takes the reader's own password away.
///
/// # Errors
/// The session did not prove itself lately, or nobody of theirs may do without one.
#[server(prefix = "/api", endpoint = "remove_password")]
pub async fn remove_password() -> Result<(), AppError> {
    let desk = desk().await?;
    passwords::remove(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    desk.done(Said::PasswordRemoved, HERE);
    Ok(())
}
