//! Where one is signed in.

use crate::{
    desk::{Told, desk},
    error::AppError,
    plain::{flash_of, framed},
    sign_in::{hidden, sent::clock},
    ui::{
        banner::ErrorBanner,
        field::error_of_form,
        icon::{Glyph, Icon},
    },
};
use domain::{Moment, SessionId, device::DeviceRow, form, said::Said};
use firm::sessions;
use leptos::prelude::*;

const HERE: &str = "/account/devices";

/// `/account/devices`.
#[component]
pub fn DevicesPage() -> impl IntoView {
    framed("My devices", |desk| async move {
        let session = desk.session()?;
        let list = sessions::list(&desk.firm, &desk.actor, session).await.told(&desk)?;
        let problem = flash_of(&desk, &form::END_DEVICE).await?.map(|flash| flash.problem);
        let now = desk.now();
        let ended = sessions::ended_lately(&desk.firm, &desk.actor).await.told(&desk)?;
        let ended = (!ended.is_empty()).then(|| ended_section(ended, now));
        let others = list.iter().filter(|row| !row.here).count();
        let rows = list
            .into_iter()
            .map(|row| view! { <li>{device(row, now)}</li> })
            .collect_view();
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"My devices"</h1>
                    <p class="lead">
                        "Where you are signed in. End what you do not know, or what is not with you any more."
                    </p>
                </div>
            </div>
            <ErrorBanner sentence=error_of_form(problem.as_ref(), &[]).unwrap_or_default() />
            <ul class="rows devices">{rows}</ul>
            {(others > 0)
                .then(|| {
                    view! {
                        <form method="post" action=form::END_OTHER_DEVICES.action>
                            {hidden("from", HERE.to_owned())}
                            <button class="button">
                                <Icon glyph=Glyph::LogOut />
                                {match others {
                                    1 => "End the other device".to_owned(),
                                    many => format!("End all {many} other devices"),
                                }}
                            </button>
                        </form>
                    }
                })}
            <p class="quiet-text">
                "Ending a device signs it out at once. Whoever uses it must sign in again."
            </p>
            {ended}
        }
        .into_any())
    })
}

pub(super) fn device(row: DeviceRow, now: Moment) -> impl IntoView {
    let end = (!row.here).then(|| {
        view! {
            <form method="post" action=form::END_DEVICE.action>
                {hidden("from", HERE.to_owned())}
                {hidden("id", row.session.to_string())}
                <button class="button small" aria-label=format!("End {}", row.words)>
                    "End"
                </button>
            </form>
        }
    });
    let place = (!row.network.is_empty()).then(|| view! { <span>"Network " {row.network}</span> });
    let last = if row.here {
        view! { <span>"In use now"</span> }.into_any()
    } else {
        view! { <span>"Last used " {when(row.last, now)}</span> }.into_any()
    };
    view! {
        <div class="device">
            <div>
                <strong>{row.words.clone()}</strong>
                {row.here.then(|| view! { <span class="badge">"This device"</span> })}
                <p class="meta">
                    {last} <span>"Signed in " {when(row.first, now)}</span> {place}
                </p>
            </div>
            {end}
        </div>
    }
}

fn ended_section(ended: Vec<DeviceRow>, now: Moment) -> impl IntoView {
    let rows = ended
        .into_iter()
        .map(|row| {
            view! {
                <li class="ended">
                    <div>
                        <strong>{row.words}</strong>
                        <p class="meta">
                            <span>"Signed out " {when(row.last, now)}</span>
                            <span>"Signed in " {when(row.first, now)}</span>
                        </p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="ended">
            <div class="section-head">
                <h2 id="ended">"Signed out in the last day"</h2>
            </div>
            <ul class="rows devices">{rows}</ul>
        </section>
    }
}

/// `today at 09:40`, `13 Nov at 09:40`.
pub(super) fn when(at: Moment, now: Moment) -> impl IntoView {
    let day = if at.same_day(now) {
        "today".to_owned()
    } else {
        at.brief(now)
    };
    view! { {day} " at " {clock(at)} }
}

/// Ends one of the reader's sessions.
///
/// # Errors
/// It is not theirs.
#[server(prefix = "/api", endpoint = "end_device")]
pub async fn end_device(
    /// Which.
    id: SessionId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    sessions::end(&desk.firm, &desk.actor, id).await.told(&desk)?;
    desk.done(Said::DeviceEnded, HERE);
    Ok(())
}

/// Ends all of the reader's sessions but this one.
///
/// # Errors
/// Nobody is signed in.
#[server(prefix = "/api", endpoint = "end_other_devices")]
pub async fn end_other_devices() -> Result<(), AppError> {
    let desk = desk().await?;
    sessions::end_others(&desk.firm, &desk.actor, desk.session()?)
        .await
        .told(&desk)?;
    desk.done(Said::DevicesEnded, HERE);
    Ok(())
}
