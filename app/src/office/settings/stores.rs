//! Where the firm's files rest, and whether that works.

pub mod api;

use crate::{
    desk::Told,
    office::parts::{back_to, hidden},
    plain::{framed, refused_by},
    ui::{
        banner::ErrorBanner,
        icon::{Glyph, Icon},
        time::{Style, Time},
    },
};
use domain::form;
use firm::stores;
use leptos::prelude::*;

const PAGE: &str = "/office/settings/stores";

/// `/office/settings/stores`.
#[component]
pub fn StorePage() -> impl IntoView {
    framed("Where files are kept", |desk| async move {
        let view = stores::view(&desk.firm, &desk.actor).await.told(&desk)?;
        let refused = refused_by(&desk, &[form::PROBE_STORE]).await?;
        let now = desk.firm.now();
        let last = view.last.map(|last| {
            let outcome = match last.millis {
                Some(millis) => format!("It worked and took {millis} ms, "),
                None => "It failed, ".to_owned(),
            };
            view! {
                <div>
                    <dt>"Last test"</dt>
                    <dd>{outcome} <Time at=last.at style=Style::Brief(now) /></dd>
                </div>
            }
        });
        let earlier = view
            .earlier
            .iter()
            .map(|store| {
                let region = match &store.region {
                    Some(region) => format!("{}, {region}", place(&store.name)),
                    None => format!(
                        "{}: not set up any more, so these files cannot be opened",
                        place(&store.name)
                    ),
                };
                view! {
                    <div>
                        <dt>"Earlier files"</dt>
                        <dd>{region}</dd>
                    </div>
                }
            })
            .collect_view();
        let elsewhere = view.residency.clone().filter(|residency| *residency != view.region);
        let elsewhere = elsewhere.map(|residency| {
            view! {
                <div class="banner warning">
                    <Icon glyph=Glyph::CircleAlert />
                    <p>
                        {format!(
                            "The firm’s files have to be in {residency}, and this store is in {}: uploads are refused until the operator changes one of the two.",
                            view.region,
                        )}
                    </p>
                </div>
            }
        });
        let residency = view.residency.unwrap_or_else(|| "Anywhere".to_owned());
        Ok(view! {
            {back_to("/office/settings", "Firm")}
            <div class="page-head">
                <div>
                    <h1>"Where files are kept"</h1>
                    <p class="lead">"Every file is encrypted before it gets there. Whoever runs the server chooses the place."</p>
                </div>
            </div>
            <ErrorBanner sentence=refused.unwrap_or_default() />
            {elsewhere}
            <dl class="facts">
                <div>
                    <dt>"New files"</dt>
                    <dd>{place(&view.name)}</dd>
                </div>
                <div>
                    <dt>"Region"</dt>
                    <dd>{view.region}</dd>
                </div>
                <div>
                    <dt>"Files have to be in"</dt>
                    <dd>{residency}</dd>
                </div>
                {earlier}
                {last}
            </dl>
            <form class="spaced" method="post" action=form::PROBE_STORE.action>
                {hidden("from", PAGE)} <button class="button">"Test it now"</button>
            </form>
            <p class="quiet-text">"A test writes a small object, reads it back and deletes it."</p>
        }
        .into_any())
    })
}

/// Where a store is, for people.
fn place(name: &str) -> String {
    match name {
        "disk" => "On the disk of this server".to_owned(),
        "s3" => "In a bucket of an S3 server".to_owned(),
        "azure" => "In Azure Blob Storage".to_owned(),
        other => other.to_owned(),
    }
}
