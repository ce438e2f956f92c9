//! A file in the browser: its pages as pictures, its text or its table. Whoever only wants to look downloads nothing.

use crate::{
    desk::Told,
    office::{list::address_parts, parts::back_to},
    plain::{framed, id_of},
    ui::{
        empty::Empty,
        file::content_path,
        icon::{Glyph, Icon},
    },
};
use domain::{
    FileId,
    client::Side,
    library::{FileView, page_of, preview_of},
};
use firm::{
    library,
    previews::{self, Shown, Why},
};
use leptos::prelude::*;

/// `/files/{id}/preview` and `/office/files/{id}/preview`.
#[component]
pub fn PreviewPage() -> impl IntoView {
    let id = id_of::<FileId>();
    let page = page_asked(&address_parts()("page"));
    framed("Preview", move |desk| async move {
        let id = id?;
        let view = library::view(&desk.firm, &desk.actor, id).await.told(&desk)?;
        let shown = previews::look(&desk.firm, &desk.actor, id, page).await.told(&desk)?;
        let side = if desk.actor.is_staff() {
            Side::Staff
        } else {
            Side::Contact
        };
        Ok(show(&view, side, shown))
    })
}

/// The page that an address asks for, from 1.
pub fn page_asked(typed: &str) -> u32 {
    typed.parse().unwrap_or(1).max(1)
}

fn show(view: &FileView, side: Side, shown: Shown) -> AnyView {
    let file = &view.row.file;
    let href = content_path(file);
    view! {
        {back_to(page_of(side, file.id), "About this file")}
        <div class="page-head">
            <h1 class="file-title">{file.name.clone()}</h1>
            <div class="actions">
                <a class="button" href=href rel="external" download>
                    <Icon glyph=Glyph::Download />
                    "Download"
                </a>
            </div>
        </div>
        {content(view, side, shown)}
    }
    .into_any()
}

fn content(view: &FileView, side: Side, shown: Shown) -> AnyView {
    let file = &view.row.file;
    match shown {
        Shown::Picture {
            page,
            pages,
            width,
            height,
        } => {
            let turn = |name| turn(view, side, page, pages, name);
            let (above, below) = (turn("Pages of the file"), turn("Pages of the file, below it"));
            let alt = match pages {
                1 => file.name.clone(),
                _ => format!("Page {page} of {pages} of {}", file.name),
            };
            let src = format!("/files/{}/pages/{page}", file.id);
            view! {
                {above}
                <div class="sheet">
                    <img src=src alt=alt width=width height=height />
                </div>
                {below}
            }
            .into_any()
        }
        Shown::Text { text, cut } => view! {
            {beginning(cut)}
            <pre class="sheet text" tabindex="0">
                {text}
            </pre>
        }
        .into_any(),
        Shown::Table { rows, cut } => table(rows, cut),
        Shown::Nothing(why) => {
            let href = content_path(file);
            view! {
                <Empty title="No preview" words=words(why)>
                    <a class="button primary" href=href rel="external" download>
                        <Icon glyph=Glyph::Download />
                        "Download"
                    </a>
                </Empty>
            }
            .into_any()
        }
    }
}

fn turn(view: &FileView, side: Side, page: u32, pages: u32, name: &'static str) -> Option<AnyView> {
    let href = |page: u32| format!("{}?page={page}", preview_of(side, view.row.file.id));
    let back = (page > 1).then(|| view! { <a class="button small" href=href(page - 1) rel="prev">"Back"</a> });
    let on = (page < pages).then(|| view! { <a class="button small" href=href(page + 1) rel="next">"Next"</a> });
    (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label=name>
                {back} <span class="quiet-text">{format!("Page {page} of {pages}")}</span> {on}
            </nav>
        }
        .into_any()
    })
}

fn beginning(cut: bool) -> Option<AnyView> {
    cut.then(|| {
        view! {
            <div class="banner">
                <Icon glyph=Glyph::Info />
                <p>"This is the beginning. Download the file to see all of it."</p>
            </div>
        }
        .into_any()
    })
}

fn table(rows: Vec<Vec<String>>, cut: bool) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let cells = row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        {beginning(cut)}
        <div class="sheet grid" tabindex="0" role="region" aria-label="The table">
            <table>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn words(why: Why) -> &'static str {
    match why {
        Why::Kind => "Files of this kind are not shown in the browser. Download it to open it.",
        Why::Encrypted => "This file opens with a password. Download it to open it.",
        Why::TooLarge => "This file is too large to be shown here. Download it to open it.",
        Why::Damaged => "This file seems to be damaged: it cannot be shown. A download gets it as it was sent.",
        Why::NoSuchPage => "The file has no such page.",
        Why::Failed => "This file cannot be shown here. Download it to open it.",
        Why::Busy => "Many files are being looked at right now. Try again in a minute, or download it.",
    }
}
