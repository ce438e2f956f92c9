//! All files, of one client or of all: the same page for both sides.

use crate::{
    portal::{
        api,
        live::Live,
        loading::{self, Data, region},
        places::{self, Places},
        threads::chosen,
    },
    ui::{
        empty::Empty,
        file::TableRow,
        icon::{Glyph, Icon},
        pager::Pager,
        segments::ClientFilter,
    },
};
use domain::file::FilesView;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/files` and `/office/files`.
#[component]
pub fn FilesPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let places = places::here();
    let chosen = chosen();
    let files = region(
        move || format!("{:?} {}", chosen.try_get(), live.version()),
        move || {
            let (client, page) = chosen.try_get_untracked().unwrap_or_default();
            Box::pin(async move { api::files(client, page).await.map(|files| Data::Files(Box::new(files))) })
        },
    );
    view! {
        <Title text="Files" />
        {loading::page(
            files,
            move |data| match data {
                Data::Files(files) => show(*files, places),
                _ => ().into_any(),
            },
        )}
    }
}

fn show(files: FilesView, places: Places) -> AnyView {
    let new = files.files.iter().filter(|row| row.file.new).count();
    let words = match new {
        0 => "None of these is new to you".to_owned(),
        1 => "1 of these is new to you".to_owned(),
        many => format!("{many} of these are new to you"),
    };
    let (send, send_href) = if places.is_office() {
        ("Send a file", format!("{}#attach", places.new_thread()))
    } else {
        ("Send us files", format!("{}#attach", places.new_thread()))
    };
    let is_empty = files.files.is_empty();
    view! {
        <div class="page-head">
            <div>
                <h1>"Files"</h1>
                {(!is_empty).then(|| view! { <p>{words}</p> })}
            </div>
            <div class="actions">
                <a class="button" href=send_href>
                    <Icon glyph=Glyph::Upload />
                    {send}
                </a>
            </div>
        </div>
        <ClientFilter clients=files.clients.clone() chosen=files.client base=places.files() />
        {table(&files, places)}
        <Pager base=places.files() client=files.client page=files.page more=files.more />
    }
    .into_any()
}

fn table(view: &FilesView, places: Places) -> AnyView {
    if view.files.is_empty() {
        return view! {
            <Empty
                title="No files here yet"
                words="Every file that comes with a message is listed here, with its receipt and who opened it."
            />
        }
        .into_any();
    }
    let now = view.now;
    let rows = view
        .files
        .iter()
        .cloned()
        .map(|row| {
            let thread = places.thread(row.thread);
            view! { <TableRow row=row thread=thread now=now /> }
        })
        .collect_view();
    view! {
        <table class="table compact">
            <caption class="visually-hidden">"Files, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Received"</th>
                    <th scope="col" class="num">
                        "Size"
                    </th>
                    <th scope="col">"From"</th>
                    <th scope="col">"Opened by"</th>
                    <th scope="col">"Thread"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
