//! The page of a client.

use super::{
    fields::{FIELDS, Kept, kept},
    people::people,
    portal::portal,
    team::need_to_know,
    threads::threads,
};
use crate::{
    desk::Told,
    office::{
        parts::{self, hidden},
        settings::storage::of_client,
    },
    plain::{flash_about, flash_of, framed, id_of, refused_by},
    ui::{
        banner::ErrorBanner,
        field::error_of_form,
        icon::{Glyph, Icon},
        time::{Style, Time},
    },
};
use domain::{
    ClientId,
    access::{Action, may},
    form::{self, Flash},
    office::clients::ClientView,
    upload_link::office_path,
};
use firm::{clients, settings::storage};
use leptos::prelude::*;

/// `/office/clients/{id}`.
#[component]
pub fn ClientPage() -> impl IntoView {
    let id = id_of::<ClientId>();
    framed("Client", move |desk| async move {
        let id = id?;
        let view = clients::view(&desk.firm, &desk.actor, id).await.told(&desk)?;
        let room = storage::of_client(&desk.firm, &desk.actor, id).await.told(&desk)?;
        let full = flash_of(&desk, &form::SAVE_CLIENT_ROOM).await?;
        let may_change = may(desk.actor.role(), Action::RunSettings);
        let here = format!("/office/clients/{id}");
        let room = of_client(id, &here, room, may_change, full.as_ref().map(|flash| &flash.problem));
        let refused = refused_by(
            &desk,
            &[
                form::STEP_PORTAL,
                form::RESTRICT_CLIENT,
                form::GIVE_CLIENT,
                form::TAKE_CLIENT,
            ],
        )
        .await?;
        let refused = refused.or(full.map(|flash| flash.problem.sentence()));
        let flash = flash_about(&desk, &form::CHANGE_CLIENT, id).await?;
        Ok(show(view, flash, refused, room).into_any())
    })
}

fn show(view: ClientView, flash: Option<Flash>, refused: Option<String>, room: AnyView) -> impl IntoView {
    let problem = flash.as_ref().map(|flash| flash.problem.clone());
    let refused = refused.or_else(|| error_of_form(problem.as_ref(), &FIELDS));
    let here = format!("/office/clients/{}", view.label.id);
    let open = flash.is_some();
    let tags = view.tags.join(", ");
    let responsible = view
        .team
        .iter()
        .find(|member| member.chosen)
        .map(|member| member.name.clone());
    let people = people(&view, &here);
    let threads = threads(&view);
    let portal = portal(&view, &here);
    let team = need_to_know(&view, &here);
    let label = view.label.clone();
    let now = Kept {
        name: label.name.clone(),
        tags,
        notes: view.notes.clone(),
    };
    view! {
        {parts::back_to("/office/clients", "Clients")}
        <div class="page-head">
            <div>
                <h1>{label.name.clone()}</h1>
                <p class="meta">
                    {parts::portal_badge(view.state)}
                    {view.need_to_know.restricted.then(|| view! { <span class="badge">"Restricted"</span> })}
                    {badges(view.tags.clone())}
                </p>
            </div>
            <div class="actions">
                <a class="button" href=format!("/office/inbox?client={}", label.id) rel="external">
                    "Messages"
                </a>
                <a class="button" href=format!("/office/files?client={}", label.id) rel="external">
                    "Files"
                </a>
                <a class="button" href=office_path(label.id)>
                    "Upload links"
                </a>
            </div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <div class="columns">
            <div>
                {people} {threads}
                <section class="section" aria-labelledby="details">
                    <div class="section-head">
                        <h2 id="details">"Details and internal notes"</h2>
                        <span class="badge note">
                            <Icon glyph=Glyph::Lock />
                            "Staff only"
                        </span>
                    </div>
                    {notes(&view.notes)}
                    <dl class="facts">
                        <div>
                            <dt>"Looked after by"</dt>
                            <dd>{responsible.unwrap_or_else(|| "Nobody in particular".to_owned())}</dd>
                        </div>
                        <div>
                            <dt>"Client since"</dt>
                            <dd>
                                <Time at=view.added style=Style::LongDay />
                            </dd>
                        </div>
                    </dl>
                    <details class="edit" open=open>
                        <summary>"Change details and notes"</summary>
                        <form class="stack office-form" method="post" action=form::CHANGE_CLIENT.action>
                            {hidden("from", &here)} {hidden("id", label.id)}
                            {kept(flash.as_ref(), now, view.team.clone())}
                            <button class="button primary">"Save"</button>
                        </form>
                    </details>
                </section>
            </div>
            <aside aria-label="Portal and who sees it">{portal} {room} {team}</aside>
        </div>
    }
}

fn notes(notes: &str) -> impl IntoView + use<> {
    if notes.is_empty() {
        view! { <p class="quiet-text">"No notes yet."</p> }.into_any()
    } else {
        view! { <p class="note-text">{notes.to_owned()}</p> }.into_any()
    }
}

/// The words by which staff group a client.
pub(super) fn badges(tags: Vec<String>) -> impl IntoView {
    tags.into_iter()
        .map(|tag| view! { <span class="badge outline">{tag}</span> " " })
        .collect_view()
}
