//! Staff's inbox: what is unread first.

use crate::{
    portal::{
        api,
        live::Live,
        loading::{self, Data, region},
        places::Places,
        threads::{self, NewThreadLink, chosen},
    },
    ui::{empty::Empty, file::BriefRow, segments::ClientFilter, thread_row::ThreadRow},
};
use domain::{Moment, client::Side, portal::HomeView, thread::ThreadRow as Row};
use leptos::prelude::*;
use leptos_meta::Title;

const PLACES: Places = Places { side: Side::Staff };

/// `/office/inbox`.
#[component]
pub fn InboxPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let chosen = chosen();
    let shown = region(
        move || format!("{:?} {}", chosen.try_get(), live.version()),
        move || match chosen.try_get_untracked().unwrap_or_default() {
            (None, 0) => Box::pin(async { api::home().await.map(|home| Data::Home(Box::new(home))) }),
            chosen => Box::pin(threads::read(chosen)),
        },
    );
    view! {
        <Title text="Inbox" />
        {loading::page(
            shown,
            |data| match data {
                Data::Home(home) => first(*home),
                Data::Threads(list) => threads::show(*list, PLACES),
                _ => ().into_any(),
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
    let has_files = !home.files.is_empty();
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
            {has_files
                .then(|| {
                    view! {
                        <aside aria-label="Newest files">
                            <section class="section">
                                <div class="section-head">
                                    <h2>"Newest files"</h2>
                                    <a href=PLACES.files() rel="external">
                                            "All files"
                                        </a>
                                </div>
                                <ul class="rows">{files}</ul>
                            </section>
                        </aside>
                    }
                })}
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
