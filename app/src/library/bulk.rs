//! What can be done to the files that are ticked: one form, a button an act.

use crate::{
    office::parts::hidden,
    ui::icon::{Glyph, Icon},
};
use domain::{
    form,
    library::{FolderName, LibraryView, Shown},
    office::Query as _,
};
use leptos::prelude::*;

/// The bar below the list. Its first button is the one that the Enter key presses in a field, so for staff it is the one
/// that applies the fields.
pub fn bar(view: &LibraryView) -> AnyView {
    let acts = if !view.query.office {
        if !view.rows.iter().any(|row| row.file.gone.is_none()) {
            return ().into_any();
        }
        let withdraw = view.rows.iter().any(|row| row.may_withdraw);
        view! { {download()} {withdraw.then(|| act("withdraw", "Withdraw"))} }.into_any()
    } else if view.query.shown == Some(Shown::Trash) {
        act("restore", "Take out of the trash").into_any()
    } else {
        view! {
            <div class="bulk-fields">
                {folder_field(&view.all_folders)} {line("tag", "Add a tag", "text")} {line("year", "Year", "numeric")}
                <button class="button small" name="act" value="apply">
                    "Apply"
                </button>
            </div>
            {download()}
            {act("share", "Share with the client")}
            {act("hide", "Make internal")}
            {act("trash", "Put into the trash")}
        }
        .into_any()
    };
    view! {
        <div class="bulk-bar" role="group" aria-label="Chosen files">
            <strong>"Chosen files"</strong>
            {acts}
        </div>
    }
    .into_any()
}

fn download() -> impl IntoView {
    view! {
        <button class="button small" formaction=form::ZIP_FILES data-stays="">
            <Icon glyph=Glyph::Download />
            "Download"
        </button>
    }
}

/// All files of the client that the list shows, where it shows one.
pub fn download_all(view: &LibraryView) -> Option<AnyView> {
    let client = match view.clients.as_slice() {
        [only] => Some(only.id),
        _ => view.query.client,
    };
    client.map(|client| {
        view! {
            <form method="post" action=form::ZIP_FILES>
                {hidden("client", client)} {hidden("from", view.query.address())}
                <button class="button" data-stays="">
                    <Icon glyph=Glyph::Download />
                    "Download all"
                </button>
            </form>
        }
        .into_any()
    })
}

fn act(value: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <button class="button small" name="act" value=value>
            {words}
        </button>
    }
}

fn line(name: &'static str, label: &'static str, mode: &'static str) -> impl IntoView {
    let id = format!("bulk-{name}");
    view! {
        <div class="bulk-field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name autocomplete="off" inputmode=mode />
        </div>
    }
}

/// Where to move them: nothing is moved unless something is chosen. Folders are offered once a client is.
fn folder_field(folders: &[FolderName]) -> Option<AnyView> {
    (!folders.is_empty()).then(|| {
        let options = folders
            .iter()
            .map(|folder| view! { <option value=folder.id.to_string()>{folder.name.clone()}</option> })
            .collect_view();
        view! {
            <div class="bulk-field">
                <label for="bulk-folder">"Move to"</label>
                <select id="bulk-folder" name="folder">
                    <option value="">"Leave where they are"</option>
                    <option value="none">"No folder"</option>
                    {options}
                </select>
            </div>
        }
        .into_any()
    })
}
