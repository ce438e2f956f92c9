//! The page of a thread, for both sides.

use super::{api, composer::Composer, message};
use crate::{
    error::AppError,
    portal::{
        api::flash,
        live::Live,
        loading::{self, Data, Loaded, region},
        places::{self, Places},
    },
    ui::{
        avatar::{Avatar, called},
        client::Client,
        file::ThreadFile,
        icon::{Glyph, Icon},
        time::zone,
    },
};
use domain::{Problem, ThreadId, client::Person, form, form::Flash, thread::ThreadView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/threads/{id}` and `/office/inbox/{id}`.
#[component]
pub fn ThreadPage() -> impl IntoView {
    let places = places::here();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let before = Memo::new(move |_| query.with(|query| query.get("before")?.parse().ok()));
    let thread = region(
        move || format!("{:?} {:?}", id.try_get(), before.try_get()),
        // The reader may have gone to another page meanwhile, and these memos with the page.
        move || {
            Box::pin(open(
                id.try_get_untracked().flatten(),
                before.try_get_untracked().flatten(),
                places,
            ))
        },
    );
    loading::page(thread, move |data| match data {
        Data::Thread(thread, flash) => {
            let back = before.try_get_untracked().flatten().is_some();
            view! { <Thread thread=*thread flash=flash places=places back=back /> }.into_any()
        }
        _ => ().into_any(),
    })
}

/// The thread, and what came back if its form was refused.
async fn open(id: Option<String>, before: Option<i64>, places: Places) -> Loaded {
    let id: ThreadId = id.and_then(|id| id.parse().ok()).ok_or_else(no_thread)?;
    let view = api::thread(id, before).await?;
    let flash = flash(form::SEND_MESSAGE.on(&places.thread(id))).await?;
    Ok(Data::Thread(Box::new(view), flash))
}

/// What is no thread's id gets the answer of a thread that is not there.
fn no_thread() -> AppError {
    #[cfg(feature = "ssr")]
    return crate::desk::answered(Problem::NotFound);
    #[cfg(not(feature = "ssr"))]
    AppError(Problem::NotFound)
}

#[component]
fn Thread(
    thread: ThreadView,
    flash: Option<Flash>,
    places: Places,
    /// Whether older messages are read, not the newest.
    back: bool,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let zone = zone();
    let id = thread.id;
    let now = thread.now;
    let client = thread.client.name.clone();
    let subject = thread.subject.clone();
    let with = with_whom(&thread.people);
    let (label, new_from) = (thread.client.clone(), (thread.unread_from, thread.unread));
    let shown = RwSignal::new(thread.clone());

    // News are read again into the same page, so that the composer keeps what is in it. The line above what was new
    // stays where the page opened.
    let read_again = move || {
        leptos::task::spawn_local(async move {
            if let Ok(mut fresh) = api::thread(id, None).await {
                (fresh.unread_from, fresh.unread) = new_from;
                if shown.try_with_untracked(|old| theirs(&fresh) > theirs(old)) == Some(true) {
                    live.say("New message in this thread");
                }
                shown.try_set(fresh);
            }
        });
    };
    Effect::new(move |before: Option<u32>| {
        let version = live.version();
        if !back && before.is_some_and(|before| before != version) {
            read_again();
        }
        version
    });
    Effect::new(move |_| open_at_unread());

    let lines = Memo::new(move |_| shown.with(|thread| message::lines(thread, zone)));
    let earlier = move || shown.with(|thread| earlier_link(thread, places));
    let newest = places.thread(id);
    let foot = if back {
        view! {
            <p class="actions">
                <a class="button" href=newest>
                    "Go to the newest messages"
                </a>
            </p>
        }
        .into_any()
    } else {
        view! { <Composer thread=thread flash=flash places=places shown=shown /> }.into_any()
    };
    view! {
        <Title text=subject.clone() />
        <div class="page-head">
            <div>
                <p class="back">
                    <a href=places.threads()>
                        <Icon glyph=Glyph::ArrowLeft />
                        {places.threads_word()}
                    </a>
                </p>
                <h1>{subject}</h1>
                <p class="meta">
                    <Client label=label />
                    <span>{with}</span>
                </p>
            </div>
        </div>
        <div class="columns">
            <div class="thread">
                {earlier}
                <For each=move || lines.get() key=message::Line::key let:line>
                    {message::show(line, client.clone(), now, places.side)}
                </For>
                {foot}
            </div>
            {move || shown.with(aside)}
        </div>
    }
}

fn aside(thread: &ThreadView) -> impl IntoView + use<> {
    let count = thread.files.len();
    let files = thread
        .files
        .iter()
        .cloned()
        .map(|file| view! { <ThreadFile file=file /> })
        .collect_view();
    let people = thread
        .people
        .iter()
        .cloned()
        .map(|person| {
            let name = called(&person);
            view! {
                <li>
                    <Avatar person=person small=true />
                    <span>{name}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <aside aria-label="About this thread">
            {(count > 0)
                .then(|| {
                    view! {
                        <section class="section">
                            <div class="section-head">
                                <h2>"Files here"</h2>
                                <span class="count">{count}</span>
                            </div>
                            <ul class="rows">{files}</ul>
                        </section>
                    }
                })}
            <section class="section">
                <div class="section-head">
                    <h2>"Who can read this"</h2>
                </div>
                <ul class="people">{people}</ul>
            </section>
            <p class="quiet-text">
                "Messages stay here for good and cannot be changed after sending."
            </p>
        </aside>
    }
}

/// `with Tomasz Wilk and Imogen Pell`: the people of the other side.
fn with_whom(people: &[Person]) -> String {
    let own_side = people.iter().find(|person| person.own).map(|person| person.side);
    let names: Vec<&str> = people
        .iter()
        .filter(|person| Some(person.side) != own_side)
        .map(|person| person.name.as_str())
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("with {one}"),
        [first @ .., last] if first.len() < 3 => format!("with {} and {last}", first.join(", ")),
        [first, second, rest @ ..] => format!("with {first}, {second} and {} more", rest.len()),
    }
}

/// The way to older messages, when there are some.
fn earlier_link(thread: &ThreadView, places: Places) -> Option<impl IntoView + use<>> {
    let words = match thread.earlier {
        0 => return None,
        1 => "Show 1 earlier message".to_owned(),
        many => format!("Show {many} earlier messages"),
    };
    let first = thread.messages.first()?.number;
    let href = format!("{}?before={first}", places.thread(thread.id));
    Some(view! {
        <p class="earlier">
            <a href=href>{words}</a>
        </p>
    })
}

/// How many messages are not the reader's own.
fn theirs(thread: &ThreadView) -> usize {
    thread.messages.iter().filter(|message| !message.author.own).count()
}

/// Scrolls to the line above what is new, unless the address or the reader chose another place.
#[cfg(feature = "hydrate")]
fn open_at_unread() {
    let chosen = window().location().hash().is_ok_and(|hash| !hash.is_empty());
    let moved = window().scroll_y().is_ok_and(|y| y > 0.0);
    if let (false, false, Some(line)) = (chosen, moved, document().get_element_by_id("unread")) {
        line.scroll_into_view();
    }
}

#[cfg(not(feature = "hydrate"))]
fn open_at_unread() {}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::client::Side;

    fn person(name: &str, side: Side, own: bool) -> Person {
        Person {
            name: name.to_owned(),
            initials: String::new(),
            side,
            own,
            title: String::new(),
        }
    }

    #[test]
    fn a_thread_is_with_the_other_side() {
        let people = [
            person("Anwen", Side::Contact, true),
            person("Gethin", Side::Contact, false),
            person("Tomasz", Side::Staff, false),
            person("Imogen", Side::Staff, false),
        ];
        assert_eq!(with_whom(&people), "with Tomasz and Imogen");
        assert_eq!(with_whom(&people[..2]), "");
    }
}
