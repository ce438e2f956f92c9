//! All of a contact's threads, of one client or of all.

use crate::{
    portal::{
        api,
        live::Live,
        loading::{self, Data, Loaded, region},
        places::Places,
    },
    ui::{
        empty::Empty,
        icon::{Glyph, Icon},
        pager::Pager,
        segments::ClientFilter,
        thread_row::ThreadRow,
    },
};
use domain::{ClientId, client::Side, thread::ThreadsView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The filter and page in an address: `?client=..&page=..`. What does not parse is as good as absent.
pub fn chosen() -> Memo<(Option<ClientId>, u64)> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let client = query.get("client").and_then(|text| text.parse().ok());
            let page = query.get("page").and_then(|text| text.parse().ok());
            (client, page.unwrap_or_default())
        })
    })
}

/// `/threads`.
#[component]
pub fn ThreadsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let chosen = chosen();
    let threads = region(
        move || format!("{:?} {}", chosen.try_get(), live.version()),
        move || Box::pin(read(chosen.try_get_untracked().unwrap_or_default())),
    );
    view! {
        <Title text="Messages" />
        {loading::page(
            threads,
            |data| match data {
                Data::Threads(threads) => show(*threads, Places { side: Side::Contact }),
                _ => ().into_any(),
            },
        )}
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody is signed in, or the client is none of the reader's.
pub async fn read((client, page): (Option<ClientId>, u64)) -> Loaded {
    api::threads(client, page)
        .await
        .map(|threads| Data::Threads(Box::new(threads)))
}

/// A list of threads with its filter; for contacts, and for staff beyond the first page of the inbox.
pub fn show(threads: ThreadsView, places: Places) -> AnyView {
    let unread = threads.threads.iter().filter(|row| row.unread > 0).count();
    let words = match unread {
        0 => "Nothing new".to_owned(),
        1 => "1 with something new".to_owned(),
        many => format!("{many} with something new"),
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{places.threads_word()}</h1>
                <p>{words}</p>
            </div>
            <div class="actions">
                <NewThreadLink places=places />
            </div>
        </div>
        <ClientFilter clients=threads.clients.clone() chosen=threads.client base=places.threads() />
        {list(&threads, places)}
        <Pager
            base=places.threads()
            client=threads.client
            page=threads.page
            more=threads.more
        />
    }
    .into_any()
}

fn list(view: &ThreadsView, places: Places) -> AnyView {
    if view.threads.is_empty() {
        return view! {
            <Empty
                title="No messages here yet"
                words="A message belongs to one client and everybody of that client can read it. Files come with messages."
            >
                <NewThreadLink places=places />
            </Empty>
        }
        .into_any();
    }
    let now = view.now;
    let rows = view
        .threads
        .iter()
        .cloned()
        .map(|row| {
            let href = places.thread(row.id);
            view! { <ThreadRow row=row href=href now=now /> }
        })
        .collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

/// The way to a new thread, in the words of the side.
#[component]
pub fn NewThreadLink(
    /// Whose pages these are.
    places: Places,
) -> impl IntoView {
    let words = if places.is_office() {
        "New message"
    } else {
        "Write to us"
    };
    view! {
        <a class="button" href=places.new_thread()>
            <Icon glyph=Glyph::Pencil />
            {words}
        </a>
    }
}
