//! A contact's home: what waits, in the order in which it matters.

use crate::{
    portal::{
        api,
        live::Live,
        loading::{self, Data, region},
        places::Places,
    },
    ui::{
        avatar::Avatar,
        empty::Empty,
        file::BriefRow,
        icon::{Glyph, Icon},
        segments::ClientFilter,
        thread_row::ThreadRow,
        time::{Style, Time},
    },
};
use domain::{client::Side, portal::HomeView};
use leptos::prelude::*;
use leptos_meta::Title;

const PLACES: Places = Places { side: Side::Contact };

/// `/home`.
#[component]
pub fn HomePage() -> impl IntoView {
    let live = expect_context::<Live>();
    let home = region(
        move || live.version().to_string(),
        || Box::pin(async { api::home().await.map(|home| Data::Home(Box::new(home))) }),
    );
    view! {
        <Title text="Home" />
        {loading::page(
            home,
            |data| match data {
                Data::Home(home) => show(*home),
                _ => ().into_any(),
            },
        )}
    }
}

fn show(home: HomeView) -> AnyView {
    let now = home.now;
    let heading = heading(home.unread.len());
    let aside = aside(&home);
    let up_to_date = home.unread.is_empty();
    let some_threads = !(home.unread.is_empty() && home.threads.is_empty());
    view! {
        <div class="page-head">
            <div>
                <h1>{heading}</h1>
                <p>
                    <Time at=now style=Style::LongDay />
                </p>
            </div>
            <div class="actions">
                <a class="button" href=PLACES.new_thread()>
                    <Icon glyph=Glyph::Pencil />
                    "Write to us"
                </a>
                <a class="button" href=format!("{}#attach", PLACES.new_thread())>
                    <Icon glyph=Glyph::Upload />
                    "Send files"
                </a>
            </div>
        </div>
        <div class="columns">
            <div>
                <ClientFilter clients=home.clients chosen=None base=PLACES.threads() />
                {up_to_date
                    .then(|| {
                        view! {
                            <section class="section">
                                <Empty
                                    title="You are up to date"
                                    words="We email you when a message or a file is waiting. Until then there is no need to look in."
                                />
                            </section>
                        }
                    })}
                {rows("New messages", "unread", home.unread, now)}
                {rows("Earlier", "earlier", home.threads, now)}
                {some_threads
                    .then(|| {
                        view! {
                            <p class="quiet-text">
                                <a href=PLACES.threads()>"All messages"</a>
                            </p>
                        }
                    })}
            </div>
            {aside}
        </div>
    }
    .into_any()
}

/// A section of threads; none when there are none.
fn rows(
    title: &'static str,
    id: &'static str,
    threads: Vec<domain::thread::ThreadRow>,
    now: domain::Moment,
) -> impl IntoView {
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

fn aside(home: &HomeView) -> impl IntoView + use<> {
    let now = home.now;
    let files = home
        .files
        .iter()
        .cloned()
        .map(|row| view! { <BriefRow row=row now=now /> })
        .collect_view();
    let team = home
        .team
        .iter()
        .cloned()
        .map(|person| {
            view! {
                <li>
                    <Avatar person=person.clone() />
                    <span>
                        <strong>{person.name}</strong>
                        <span class="person-title">{person.title}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    let (has_files, has_team) = (!home.files.is_empty(), !home.team.is_empty());
    (has_files || has_team).then(|| {
        view! {
            <aside aria-label="Files and people">
                {has_files
                    .then(|| {
                        view! {
                            <section class="section">
                                <div class="section-head">
                                    <h2>"Recent files"</h2>
                                    <a href=PLACES.files() rel="external">
                                        "All files"
                                    </a>
                                </div>
                                <ul class="rows">{files}</ul>
                            </section>
                        }
                    })}
                {has_team
                    .then(|| {
                        view! {
                            <section class="section">
                                <div class="section-head">
                                    <h2>"Your team"</h2>
                                </div>
                                <ul class="people">{team}</ul>
                            </section>
                        }
                    })}
            </aside>
        }
    })
}

/// The page's heading is its answer.
fn heading(unread: usize) -> String {
    const WORDS: [&str; 13] = [
        "Nothing", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    ];
    match (unread, WORDS.get(unread)) {
        (0, _) => "Nothing needs you".to_owned(),
        (1, _) => "One thing needs you".to_owned(),
        (_, Some(word)) => format!("{word} things need you"),
        (many, None) => format!("{many} things need you"),
    }
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn the_heading_answers_in_words() {
        assert_eq!(heading(0), "Nothing needs you");
        assert_eq!(heading(1), "One thing needs you");
        assert_eq!(heading(2), "Two things need you");
        assert_eq!(heading(40), "40 things need you");
    }
}
