//! Beside staff's list: put files into a client's library without a message, and keep its folders.

use super::parts::sending;
use crate::{
    desk::Desk,
    error::AppError,
    office::parts::{hidden, tick},
    ui::icon::{Glyph, Icon},
};
use domain::{
    ClientId, FormId, form,
    library::{FolderName, LibraryView},
    limits,
    office::Query as _,
    size,
};
use firm::flashes;
use leptos::prelude::*;

/// Why files that were to go into the library from this page were refused a moment ago.
///
/// # Errors
/// The database fails.
pub async fn refused_upload(desk: &Desk, here: &str) -> Result<Option<String>, AppError> {
    use crate::desk::Told as _;
    let Some(session) = desk.session else { return Ok(None) };
    let flash = flashes::seen(&desk.firm, session, &form::SEND_MESSAGE.on(here))
        .await
        .told(desk)?;
    Ok(flash.map(|flash| flash.problem.sentence()))
}

/// The aside; `typed` is the name of a folder that was refused a moment ago.
pub fn aside(view: &LibraryView, form: FormId, typed: String) -> impl IntoView + use<> {
    let here = view.query.address();
    let only = match view.clients.as_slice() {
        [only] => Some(only.id),
        _ => None,
    };
    let client = view.query.client.or(only);
    let upload = (!view.clients.is_empty()).then(|| upload(view, &here, client, form));
    let folders = client.map(|client| folders(view, &here, client, typed));
    view! { <aside aria-label="Add files and keep folders">{upload} {folders}</aside> }
}

fn upload(view: &LibraryView, here: &str, client: Option<ClientId>, form: FormId) -> impl IntoView + use<> {
    let whom = match client {
        Some(client) => hidden("client", client),
        None => clients(view),
    };
    let folder = view.query.folder.map(|folder| hidden("folder", folder));
    let limit = format!(
        "Up to {} files, {} each. They stay internal until you share them.",
        limits::FILES_A_MESSAGE,
        size::human(view.file_limit)
    );
    view! {
        <section class="section" aria-labelledby="add">
            <div class="section-head">
                <h2 id="add">"Add files"</h2>
            </div>
            <form
                class="stack drop-form"
                data-uploads="client"
                method="post"
                action=form::SEND_MESSAGE.action
                enctype="multipart/form-data"
                aria-labelledby="add"
            >
                {hidden("library", "yes")} {hidden("from", here)} {hidden("form", form)} {whom} {folder}
                <div class="field">
                    <label for="library-files">"Files, without a message"</label>
                    <p class="hint" id="library-files-hint">
                        {limit}
                    </p>
                    <input id="library-files" type="file" name="files" multiple aria-describedby="library-files-hint" />
                </div>
                {tick("shared", "library-shared", "yes", "Share with the client at once", false)}
                <button class="button">
                    <Icon glyph=Glyph::Upload />
                    "Add to the library"
                </button>
                {sending()}
            </form>
        </section>
    }
}

fn clients(view: &LibraryView) -> AnyView {
    let options = view
        .clients
        .iter()
        .map(|client| view! { <option value=client.id.to_string()>{client.name.clone()}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for="library-client">"Client"</label>
            <select id="library-client" name="client">
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn folders(view: &LibraryView, here: &str, client: ClientId, typed: String) -> impl IntoView + use<> {
    let open = view.path.last().cloned();
    let change = open.clone().map(|folder| change(here, folder));
    let label = match &open {
        Some(folder) => format!("New folder in {}", folder.name),
        None => "New folder".to_owned(),
    };
    view! {
        <section class="section" aria-labelledby="folders">
            <div class="section-head">
                <h2 id="folders">"Folders"</h2>
            </div>
            <form class="stack" method="post" action=form::ADD_FOLDER.action>
                {hidden("from", here)} {hidden("client", client)} {open.map(|folder| hidden("parent", folder.id))}
                <div class="field">
                    <label for="new-folder">{label}</label>
                    <input id="new-folder" name="name" type="text" autocomplete="off" value=typed />
                </div>
                <button class="button">"Add the folder"</button>
            </form>
            {change}
        </section>
    }
}

fn change(here: &str, folder: FolderName) -> impl IntoView + use<> {
    let here = here.to_owned();
    view! {
        <details class="edit">
            <summary>{format!("Rename or remove {}", folder.name)}</summary>
            <form class="stack" method="post" action=form::CHANGE_FOLDER.action>
                {hidden("from", here)} {hidden("id", folder.id)}
                <div class="field">
                    <label for="folder-name">"Name"</label>
                    <input id="folder-name" name="name" type="text" autocomplete="off" value=folder.name />
                </div>
                <div class="actions">
                    <button class="button" name="step" value="rename">
                        "Rename"
                    </button>
                    <button class="button danger" name="step" value="remove">
                        "Remove the folder"
                    </button>
                </div>
                <p class="quiet-text">"Removing a folder keeps its files: they move to the folder around it."</p>
            </form>
        </details>
    }
}
