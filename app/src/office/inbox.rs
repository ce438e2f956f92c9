//! Staff's inbox: what is unread first.

use crate::{
    portal::{
        api,
        live::Live,
        loading::loaded,
        places::Places,
        threads::{self, NewThreadLink, chosen},
    },
    ui::{empty::Empty, file::BriefRow, segments::ClientFilter, thread_row::ThreadRow},
};
use domain::{
    Moment,
    client::Side,
    portal::HomeView,
    thread::{ThreadRow as Row, ThreadsView},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

const PLACES: Places = Places { side: Side::Staff };

/// What the inbox shows: its first page, or a list by client or further back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Shown {
    /// What is unread, then the rest.
    First(Box<HomeView>),
    /// A filtered or later page.
    List(Box<ThreadsView>),
}

/// `/office/inbox`.
#[component]
pub fn InboxPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let chosen = chosen();
    let shown = Resource::new(
        move || (chosen.get(), live.version()),
        |(chosen, _)| async move {
            match chosen {
                (None, 0) => api::home().await.map(|home| Shown::First(Box::new(home))),
                (client, page) => {
                    api::threads(client, page).await.map(|list| Shown::List(Box::new(list)))
                }
            }
        },
    );
    view! {
        <Title text="Inbox" />
        {loaded(
            shown,
            |shown| match shown {
                Shown::First(home) => first(*home),
                Shown::List(list) => threads::show(*list, PLACES),
            },
        )}
    }
}

fn first(home: HomeView) -> AnyView {
    let now = home.now;
    let unread = home.unread.len();
    let heading = match unread {
        0 => "The inbox is empty".to_owned(),
        1 => "One thread is unread".to_owned(),
        many => format!("{many} threads are unread"),
    };
    let files = home
        .files
        .into_iter()
        .map(|row| view! { <BriefRow row=row now=now /> })
        .collect_view();
    let nothing = home.unread.is_empty() && home.threads.is_empty();
    view! {
        <div class="page-head">
            <div>
                <h1>{heading}</h1>
                <p>"Inbox"</p>
            </div>
            <div class="actions">
                <NewThreadLink places=PLACES />
            </div>
        </div>
        <div class="columns">
            <div>
                <ClientFilter clients=home.clients chosen=None base=PLACES.threads() />
                {nothing
                    .then(|| {
                        view! {
                            <Empty
                                title="Nothing has come in yet"
                                words="What clients write and send stands here, newest first, until somebody has read it."
                            />
                        }
                    })}
                {section("Unread", "unread", home.unread, now)}
                {section("Read", "read", home.threads, now)}
            </div>
            <aside aria-label="Newest files">
                <section class="section">
                    <div class="section-head">
                        <h2>"Newest files"</h2>
                        <a href=PLACES.files()>"All files"</a>
                    </div>
                    <ul class="rows">{files}</ul>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

fn section(title: &'static str, id: &'static str, threads: Vec<Row>, now: Moment) -> impl IntoView {
    (!threads.is_empty()).then(|| {
        let count = threads.len();
        let rows = threads
            .into_iter()
            .map(|row| {
                let href = PLACES.thread(row.id);
                view! { <ThreadRow row=row href=href now=now /> }
            })
            .collect_view();
        view! {
            <section class="section" aria-labelledby=id>
                <div class="section-head">
                    <h2 id=id>{title}</h2>
                    <span class="count">{count}</span>
                </div>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}
