//! What narrows the list: a plain form that asks by address, and the way through the folders.

use crate::{
    office::parts::hidden,
    ui::icon::{Glyph, Icon},
};
use domain::{
    client::Side,
    library::{FileQuery, LibraryView, Shown, side_name},
    office::{Order as _, Query as _},
};
use leptos::prelude::*;

/// A choice of a filter: its value, its words, whether it is in force.
type Choice = (String, String, bool);

/// The form.
pub fn filters(view: &LibraryView) -> impl IntoView + use<> {
    let query = &view.query;
    let words = query.words.clone();
    let clients: Vec<Choice> = view
        .clients
        .iter()
        .map(|client| {
            (
                client.id.to_string(),
                client.name.clone(),
                query.client == Some(client.id),
            )
        })
        .collect();
    let clients = (clients.len() > 1).then(|| select("client", "Client", "All clients", clients));
    let folder = query.folder.map(|id| hidden("folder", id));
    let sides = [Side::Contact, Side::Staff].map(|side| {
        (
            side_name(side).to_owned(),
            side_words(query.office, side).to_owned(),
            query.from == Some(side),
        )
    });
    let tags: Vec<Choice> = with_chosen(&view.tags, &query.tag)
        .map(|tag| (tag.clone(), tag.clone(), *tag == query.tag))
        .collect();
    let tags = (!tags.is_empty()).then(|| select("tag", "Tag", "Any tag", tags));
    let years: Vec<Choice> = view
        .years
        .iter()
        .map(|year| (year.to_string(), year.to_string(), query.year == Some(*year)))
        .collect();
    let years = (!years.is_empty()).then(|| select("year", "Year", "Any year", years));
    let order = query.order.name();
    view! {
        <form class="toolbar" method="get" action=query.base() role="search" aria-label="Find files">
            <div class="toolbar-words">
                <label class="visually-hidden" for="q">
                    "Find by name"
                </label>
                <input id="q" name="q" type="search" value=words placeholder="Find by name" />
            </div>
            {clients} {select("from", "From", "From anyone", sides.into())} {shown(query)} {years} {tags} {folder}
            {(!order.is_empty()).then(|| hidden("sort", order))} <button class="button small">"Show"</button>
            {query
                .is_narrowed()
                .then(|| {
                    view! {
                        <a class="button quiet small" href=query.base()>
                            "Show all"
                        </a>
                    }
                })}
        </form>
    }
}

/// The tags that are offered, and the one in force, which nobody else may use any more.
fn with_chosen<'a>(tags: &'a [String], chosen: &'a String) -> impl Iterator<Item = &'a String> {
    let missing = !chosen.is_empty() && !tags.contains(chosen);
    tags.iter().chain(missing.then_some(chosen))
}

fn shown(query: &FileQuery) -> AnyView {
    if query.office {
        let all = Shown::ALL.map(|shown| {
            (
                shown.name().to_owned(),
                shown.words().to_owned(),
                query.shown == Some(shown),
            )
        });
        return select("show", "Which", "All files", all.into()).into_any();
    }
    view! {
        <label class="check">
            <input type="checkbox" name="show" value=Shown::New.name() checked=query.shown == Some(Shown::New) />
            "New only"
        </label>
    }
    .into_any()
}

fn side_words(office: bool, side: Side) -> &'static str {
    match (office, side) {
        (true, Side::Contact) => "From the client",
        (true, Side::Staff) => "From us",
        (false, Side::Contact) => "From your side",
        (false, Side::Staff) => "From the firm",
    }
}

fn select(name: &'static str, label: &'static str, all: &'static str, choices: Vec<Choice>) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|(value, words, here)| {
            view! {
                <option value=value selected=here>
                    {words}
                </option>
            }
        })
        .collect_view();
    view! {
        <div>
            <label class="visually-hidden" for=name>
                {label}
            </label>
            <select id=name name=name>
                <option value="">{all}</option>
                {options}
            </select>
        </div>
    }
}

/// Where the list stands among the folders, and those within it.
pub fn folders(view: &LibraryView) -> impl IntoView + use<> {
    let query = &view.query;
    let top = query.but(|query| query.folder = None);
    let last = view.path.len().saturating_sub(1);
    let path = view
        .path
        .iter()
        .enumerate()
        .map(|(place, folder)| {
            let href = query.but(|query| query.folder = Some(folder.id));
            view! {
                <li>
                    <a href=href aria-current=(place == last).then_some("page")>
                        {folder.name.clone()}
                    </a>
                </li>
            }
        })
        .collect_view();
    let path = (!view.path.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label="Where you are">
                <ol>
                    <li>
                        <a href=top>"All files"</a>
                    </li>
                    {path}
                </ol>
            </nav>
        }
    });
    let within = view
        .folders
        .iter()
        .map(|folder| {
            let href = query.but(|query| query.folder = Some(folder.id));
            view! {
                <li>
                    <a href=href>
                        <Icon glyph=Glyph::Folder />
                        {folder.name.clone()}
                    </a>
                </li>
            }
        })
        .collect_view();
    let within = (!view.folders.is_empty()).then(|| {
        view! {
            <nav aria-label="Folders">
                <ul class="folders">{within}</ul>
            </nav>
        }
    });
    (path, within)
}
