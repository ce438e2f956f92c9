//! The list of files.

use super::{aside, bulk, filters, parts};
use crate::{
    desk::Told,
    office::{list::address_parts, parts::hidden},
    plain::{flash_of, framed, refused_by},
    ui::{
        avatar::called,
        banner::ErrorBanner,
        client::Client,
        empty::Empty,
        file::held,
        icon::{Glyph, Icon},
        pager::turn,
        time::{Style, Time},
    },
};
use domain::{
    FormId, Moment,
    client::Side,
    form,
    library::{FileOrder, FileQuery, LibraryRow, LibraryView, Shown, page_of, side_named},
    limits,
    office::{Order as _, Query as _},
    size,
};
use firm::library;
use leptos::prelude::*;

/// `/files` and `/office/files`.
#[component]
pub fn FilesPage() -> impl IntoView {
    let part = address_parts();
    let query = FileQuery {
        office: false,
        words: part("q"),
        client: part("client").parse().ok(),
        folder: part("folder").parse().ok(),
        tag: part("tag"),
        year: part("year").parse().ok(),
        from: side_named(&part("from")),
        shown: Shown::named(&part("show")),
        order: FileOrder::named(&part("sort")),
        page: part("page").parse().unwrap_or(0),
    };
    framed("Files", |desk| async move {
        let view = library::list(&desk.firm, &desk.actor, &query).await.told(&desk)?;
        let refused = refused_by(&desk, &[form::CHANGE_FILES, form::ADD_FOLDER, form::CHANGE_FOLDER]).await?;
        let here = view.query.address();
        let sent = aside::refused_upload(&desk, &here).await?;
        let folder = flash_of(&desk, &form::ADD_FOLDER).await?;
        let typed = folder.and_then(|flash| flash.typed("name").map(str::to_owned));
        let form = FormId::from(desk.firm.random().id());
        Ok(show(&view, refused.or(sent), form, typed.unwrap_or_default()))
    })
}

fn show(view: &LibraryView, refused: Option<String>, form: FormId, folder: String) -> AnyView {
    let query = &view.query;
    let office = query.office;
    let is_empty = view.rows.is_empty() && query.page == 0;
    let bare = is_empty && !query.is_narrowed();
    let send = (!office).then(|| {
        view! {
            <a class="button" href="/threads/new#attach">
                <Icon glyph=Glyph::Upload />
                "Send us files"
            </a>
        }
    });
    let all = if is_empty || query.shown == Some(Shown::Trash) {
        None
    } else {
        bulk::download_all(view)
    };
    let content = if is_empty { nothing(view) } else { table(view) };
    let cut = view.cut.then(|| {
        let words = format!(
            "There are more files than a search by name looks through. These are of the newest {}: choose a client, a folder or a year to reach older ones.",
            limits::NAMES_OPENED
        );
        view! {
            <div class="banner">
                <Icon glyph=Glyph::Info />
                <p>{words}</p>
            </div>
        }
    });
    let narrow = (!bare).then(|| filters::filters(view));
    let aside = office.then(|| aside::aside(view, form, folder));
    let class = if office { "columns" } else { "" };
    view! {
        <div class="page-head">
            <div>
                <h1>"Files"</h1>
                {(!is_empty).then(|| view! { <p>{summary(view)}</p> })}
            </div>
            <div class="actions">{all} {send}</div>
        </div>
        <ErrorBanner sentence=refused.unwrap_or_default() />
        <div class=class>
            <div>{narrow} {filters::folders(view)} {cut} {content} {pages(view)}</div>
            {aside}
        </div>
    }
    .into_any()
}

fn summary(view: &LibraryView) -> String {
    match view.rows.iter().filter(|row| row.file.new).count() {
        0 => "None of these is new to you".to_owned(),
        1 => "1 of these is new to you".to_owned(),
        many => format!("{many} of these are new to you"),
    }
}

fn nothing(view: &LibraryView) -> AnyView {
    let query = &view.query;
    if query.shown == Some(Shown::Trash) {
        return view! {
            <Empty
                title="The trash is empty"
                words="What you put here can be taken out again for 30 days. Then it goes for good."
            />
        }
        .into_any();
    }
    if query.is_narrowed() {
        let base = query.base();
        return view! {
            <Empty title="No file fits" words="Nothing matches what you looked for. Try fewer words, or take a filter away.">
                <a class="button" href=base>
                    "Show all files"
                </a>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty
            title="No files here yet"
            words="Every file that comes with a message is listed here, with its receipt and who opened it."
        />
    }
    .into_any()
}

fn table(view: &LibraryView) -> AnyView {
    let rows = view.rows.iter().map(|row| line(view, row)).collect_view();
    let office = view.query.office;
    view! {
        <form class="library" method="post" action=form::CHANGE_FILES.action>
            {hidden("from", view.query.at(view.query.page))}
            <table class="table compact picked">
                <caption class="visually-hidden">"Files"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="pick">
                            <span class="visually-hidden">"Choose"</span>
                        </th>
                        {head(view, "Name", "", FileOrder::Name, None)}
                        {office.then(|| view! { <th scope="col">"Client sees it"</th> })}
                        {head(view, "Added", "", FileOrder::Newest, Some(FileOrder::Oldest))}
                        {head(view, "Size", "num", FileOrder::Largest, None)} <th scope="col">"From"</th>
                        <th scope="col">"Opened by"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {bulk::bar(view)}
        </form>
    }
    .into_any()
}

/// The head of a column by which the list can be sorted, and with another press the other way round.
fn head(
    view: &LibraryView,
    word: &'static str,
    class: &'static str,
    order: FileOrder,
    back: Option<FileOrder>,
) -> impl IntoView {
    let now = view.query.order;
    let sorted = match (now == order, back == Some(now), order) {
        (true, _, FileOrder::Name) | (_, true, _) => Some("ascending"),
        (true, ..) => Some("descending"),
        _ => None,
    };
    let next = if now == order { back.unwrap_or(order) } else { order };
    let href = view.query.but(|query| query.order = next);
    let arrow = sorted.map(|sorted| if sorted == "ascending" { " ↑" } else { " ↓" });
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a href=href>
                {word} <span aria-hidden="true">{arrow}</span>
            </a>
        </th>
    }
}

fn line(view: &LibraryView, row: &LibraryRow) -> AnyView {
    let (office, now) = (view.query.office, view.now);
    let side = if office { Side::Staff } else { Side::Contact };
    let file = &row.file;
    let id = format!("pick-{}", file.id);
    // Chosen is what something can be done to. A withdrawn file is a record, and staff alone see what lies in the trash.
    let withdrawn = matches!(file.gone, Some(domain::file::Gone::Withdrawn { .. }));
    let pick = (!withdrawn).then(|| {
        view! {
            <label for=id.clone()>
                <input type="checkbox" id=id.clone() name="file" value=file.id.to_string() />
                <span class="visually-hidden">{format!("Choose {}", file.name)}</span>
            </label>
        }
    });
    let folder = row
        .folder
        .clone()
        .filter(|_| view.query.folder.is_none())
        .map(|folder| {
            let href = view.query.but(|query| {
                query.folder = Some(folder.id);
                query.client = Some(row.client.id);
            });
            view! { <a href=href>{folder.name}</a> }
        });
    let gone = file.gone.as_ref().map(|gone| parts::gone(gone, now));
    view! {
        <tr class:gone=file.gone.is_some()>
            <td class="pick">{pick}</td>
            <th scope="row">
                <a class="file-name" href=page_of(side, file.id)>
                    {file.name.clone()}
                </a>
                <span class="meta">
                    <Client label=row.client.clone() />
                    {file.new.then(|| view! { <span class="new">"New"</span> })}
                    {held(file)} {folder}
                    {parts::words(row)}
                    {gone}
                </span>
            </th>
            {office.then(|| view! { <td data-label="Client sees it">{parts::eye(row.shared)}</td> })}
            <td data-label="Added">
                <Time at=file.received style=Style::Brief(now) />
            </td>
            <td data-label="Size" class="num">
                {size::human(file.size)}
            </td>
            <td data-label="From">{called(&row.sender)}</td>
            <td data-label="Opened by">{opened(row, now)}</td>
        </tr>
    }
    .into_any()
}

fn opened(row: &LibraryRow, now: Moment) -> AnyView {
    match row.opened.clone() {
        Some((name, at)) => view! {
            <span>
                {name} ", " <Time at=at style=Style::Brief(now) />
            </span>
        }
        .into_any(),
        None => view! { <span class="faint">"Nobody yet"</span> }.into_any(),
    }
}

fn pages(view: &LibraryView) -> impl IntoView + use<> {
    let page = view.query.page;
    let back = (page > 0).then(|| view.query.at(page - 1));
    let on = view.more.then(|| view.query.at(page + 1));
    let back = back.map(|href| view! { <a class="button small" href=href rel="prev">"Back"</a> });
    let on = on.map(|href| view! { <a class="button small" href=href rel="next">"Next"</a> });
    turn(page, back, on)
}
