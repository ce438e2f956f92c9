//! How much room files may take.

pub mod api;

use crate::{
    desk::Told,
    office::parts::{back_to, hidden},
    plain::{flash_of, framed},
    ui::{
        banner::ErrorBanner,
        client::Client,
        field::{FieldError, error_of, error_of_form, typed},
    },
};
use domain::{ClientId, Field, Problem, form, settings::room_shown, size};
use firm::settings::storage::{self, ClientRoom};
use leptos::prelude::*;

const PAGE: &str = "/office/settings/storage";

/// `/office/settings/storage`.
#[component]
pub fn StoragePage() -> impl IntoView {
    framed("Storage", |desk| async move {
        let view = storage::view(&desk.firm, &desk.actor).await.told(&desk)?;
        let flash = flash_of(&desk, &form::SAVE_STORAGE).await?;
        let problem = flash.as_ref().map(|flash| &flash.problem);
        let banner = error_of_form(problem, &[Field::FirmRoom, Field::ClientRoom]).unwrap_or_default();
        let shown = |name, room| match &flash {
            Some(_) => typed(flash.as_ref(), name),
            None => room_shown(room),
        };
        let firm_room = gigabytes(
            "firm_room",
            "For the whole firm",
            "Whole gigabytes. Leave it empty for no limit.",
            shown("firm_room", view.rooms.firm),
            error_of(problem, Field::FirmRoom),
        );
        let client_room = gigabytes(
            "client_room",
            "For each client",
            "Holds for clients without a limit of their own, which stands on the client’s page.",
            shown("client_room", view.rooms.client),
            error_of(problem, Field::ClientRoom),
        );
        let used = match view.rooms.firm {
            Some(room) => format!("{} of {} are used.", size::human(view.used), size::human(room)),
            None => format!("{} are used. There is no limit.", size::human(view.used)),
        };
        let clients = view
            .clients
            .into_iter()
            .map(|(label, bytes)| {
                let href = format!("/office/clients/{}", label.id);
                view! {
                    <li class="plain-row">
                        <a href=href>
                            <Client label=label />
                        </a>
                        <span class="meta">{size::human(bytes)}</span>
                    </li>
                }
            })
            .collect_view();
        Ok(view! {
            {back_to("/office/settings", "Firm")}
            <div class="page-head">
                <div>
                    <h1>"Storage"</h1>
                    <p class="lead">{used}</p>
                </div>
            </div>
            <ErrorBanner sentence=banner />
            <form class="stack office-form" method="post" action=form::SAVE_STORAGE.action>
                {hidden("from", PAGE)} {firm_room} {client_room} <button class="button primary">"Save"</button>
            </form>
            <section class="section spaced" aria-labelledby="largest">
                <div class="section-head">
                    <h2 id="largest">"Who uses most"</h2>
                </div>
                <ul class="rows">{clients}</ul>
            </section>
        }
        .into_any())
    })
}

fn gigabytes(
    name: &'static str,
    label: &'static str,
    hint: impl Into<String>,
    value: String,
    error: Option<String>,
) -> impl IntoView {
    let hint = hint.into();
    let described = match &error {
        Some(_) => format!("{name}-hint {name}-error"),
        None => format!("{name}-hint"),
    };
    view! {
        <div class="field number">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <input
                id=name
                name=name
                type="text"
                inputmode="numeric"
                value=value
                autocomplete="off"
                aria-describedby=described
                aria-invalid=error.is_some().then_some("true")
                autofocus=error.is_some()
            />
            {error.map(|sentence| view! { <FieldError id=format!("{name}-error") sentence=sentence /> })}
        </div>
    }
}

/// On a client's page: what their files take, and for whom runs the settings, how much they may.
pub fn of_client(id: ClientId, here: &str, room: ClientRoom, may_change: bool, problem: Option<&Problem>) -> AnyView {
    let limit = room.own.or(room.usual);
    let used = match limit {
        Some(limit) => format!("{} of {} are used.", size::human(room.used), size::human(limit)),
        None => format!("{} are used. There is no limit.", size::human(room.used)),
    };
    let usual = match room.usual {
        Some(usual) => format!("Whole gigabytes. Empty: the firm’s usual, {}.", size::human(usual)),
        None => "Whole gigabytes. Empty: no limit.".to_owned(),
    };
    let error = problem.map(Problem::sentence);
    let refused = error.is_some();
    let change = may_change.then(|| {
        let label = "Room for this client’s files";
        let field = gigabytes("client_room", label, usual, room_shown(room.own), error);
        view! {
            <details class="edit" open=refused>
                <summary>"Change the limit"</summary>
                <form class="stack" method="post" action=form::SAVE_CLIENT_ROOM.action>
                    {hidden("from", here)} {hidden("id", id)}
                    {field}
                    <button class="button">"Save"</button>
                </form>
            </details>
        }
    });
    view! {
        <section class="section" aria-labelledby="storage">
            <div class="section-head">
                <h2 id="storage">"Storage"</h2>
            </div>
            <p class="quiet-text">{used}</p>
            {change}
        </section>
    }
    .into_any()
}
