//! The log of mails and texts: what waits, what went, what came back.

use super::list;
use crate::{
    desk::Told,
    plain::framed,
    ui::{
        empty::Empty,
        icon::{Glyph, Icon},
        pager::turn,
        time::{Style, Time},
    },
};
use domain::{
    Moment,
    mail::{MailList, MailRow, MailState, STATES, Way},
};
use firm::mails::{self, Narrowing};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const PAGE: &str = "/office/mail";

/// `/office/mail`.
#[component]
pub fn MailPage() -> impl IntoView {
    let query = use_query_map();
    let narrowing = Narrowing {
        state: query
            .read_untracked()
            .get("state")
            .and_then(|name| MailState::named(&name)),
        page: query
            .read_untracked()
            .get("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(0),
    };
    framed("Emails and texts", move |desk| async move {
        let list = mails::list(&desk.firm, &desk.actor, narrowing).await.told(&desk)?;
        Ok(view! {
            <div class="page-head">
                <div>
                    <h1>"Emails and texts"</h1>
                    <p>"What the portal sent in your name. They say that something waits, never what."</p>
                </div>
            </div>
            {silent(&list)}
            {filter(&list)}
            {if list.rows.is_empty() { nothing(list.state) } else { table(&list) }}
            {pager(&list)}
        }
        .into_any())
    })
}

/// What keeps things from leaving, said before anything else.
fn silent(list: &MailList) -> impl IntoView + use<> {
    let waiting = list.counts[0];
    let mail = (!list.sends_mail).then(|| {
        let waits = match waiting {
            0 => "Nothing waits yet.".to_owned(),
            1 => "One waits, sealed, and goes out as soon as there is one.".to_owned(),
            many => format!("{many} wait, sealed, and go out as soon as there is one."),
        };
        banner(
            "danger",
            format!(
                "This server has no mail server, so no email leaves it. {waits} Whoever runs the server sets it up in [mail] of its settings."
            ),
        )
    });
    let texts = (!list.sends_texts).then(|| {
        banner(
            "",
            "This server has no gateway for text messages. Where a code would go to a mobile, pages offer another way."
                .to_owned(),
        )
    });
    (mail, texts)
}

fn banner(kind: &'static str, words: String) -> AnyView {
    let glyph = if kind.is_empty() {
        Glyph::Info
    } else {
        Glyph::CircleAlert
    };
    view! {
        <div class=format!("banner {kind}")>
            <Icon glyph=glyph />
            <p>{words}</p>
        </div>
    }
    .into_any()
}

fn filter(list: &MailList) -> impl IntoView + use<> {
    let chosen = list.state;
    let total: u64 = list.counts.iter().sum();
    let links = STATES
        .into_iter()
        .zip(list.counts)
        .filter(|(state, count)| *count > 0 || Some(*state) == chosen)
        .map(|(state, count)| {
            view! {
                <a href=path(Some(state), 0) aria-current=(chosen == Some(state)).then_some("true")>
                    {state.word()}
                    <span class="count">{count}</span>
                </a>
            }
        })
        .collect_view();
    (total > 0).then(|| {
        view! {
            <nav class="section" aria-label="Show one state">
                <div class="segments">
                    <a href=PAGE aria-current=chosen.is_none().then_some("true")>
                        "All"
                        <span class="count">{total}</span>
                    </a>
                    {links}
                </div>
            </nav>
        }
    })
}

fn nothing(state: Option<MailState>) -> AnyView {
    match state {
        None => view! {
            <Empty
                title="Nothing was sent yet"
                words="Invitations, sign-in links and notices stand here as soon as the first one goes out."
            />
        }
        .into_any(),
        Some(state) => view! {
            <Empty title=format!("Nothing is {}", state.word().to_lowercase()) words="Choose another state above." />
        }
        .into_any(),
    }
}

fn table(list: &MailList) -> AnyView {
    let now = list.now;
    let rows = list.rows.iter().map(|row| line(row, now).into_any()).collect();
    list::table(
        "table mails",
        view! {
            <thead>
                <tr>
                    <th scope="col">"To"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="num">"When"</th>
                </tr>
            </thead>
        }
        .into_any(),
        rows,
    )
}

fn line(row: &MailRow, now: Moment) -> impl IntoView + use<> {
    let (kind, at) = match row.state {
        MailState::Sent => ("success", row.settled),
        MailState::Bounced | MailState::GivenUp => ("danger", row.settled),
        MailState::Waiting if row.tries > 0 => ("warning", None),
        MailState::Waiting | MailState::Dropped => ("", row.settled),
    };
    let tried = (row.state == MailState::Waiting && row.tries > 0).then(|| {
        let times = if row.tries == 1 {
            "once".to_owned()
        } else {
            format!("{} times", row.tries)
        };
        format!("Tried {times}, we go on trying.")
    });
    // A server's thanks are of no use to anybody; its refusals are.
    let reply = row.reply.clone().filter(|_| row.state != MailState::Sent);
    let to = match row.way {
        Way::Mail => row.to.clone(),
        Way::Text => format!("Mobile {}", row.to),
    };
    let (name, address) = match &row.name {
        Some(name) => (name.clone(), Some(to)),
        None => (to, None),
    };
    view! {
        <tr>
            <th scope="row">
                <strong>{name}</strong>
                {address.map(|address| view! { <span class="under">{address}</span> })}
            </th>
            <td data-label="What">{row.about.clone()}</td>
            <td data-label="State">
                <span class=format!("badge {kind}")>{row.state.word()}</span>
                {tried.map(|words| view! { <span class="under">{words}</span> })}
                {reply.map(|words| view! { <span class="under reply">{words}</span> })}
            </td>
            <td data-label="When" class="num">
                <Time at=at.unwrap_or(row.queued) style=Style::Brief(now) />
            </td>
        </tr>
    }
}

fn pager(list: &MailList) -> impl IntoView + use<> {
    let (state, page) = (list.state, list.page);
    let newer = (page > 0).then(|| path(state, page - 1));
    let older = list.more.then(|| path(state, page + 1));
    let newer = newer.map(|href| view! { <a class="button small" href=href rel="prev">"Newer"</a> });
    let older = older.map(|href| view! { <a class="button small" href=href rel="next">"Older"</a> });
    turn(page, newer, older)
}

fn path(state: Option<MailState>, page: u64) -> String {
    let state = state.map(|state| format!("state={}", state.name()));
    let page = (page > 0).then(|| format!("page={page}"));
    let query: Vec<String> = state.into_iter().chain(page).collect();
    if query.is_empty() {
        PAGE.to_owned()
    } else {
        format!("{PAGE}?{}", query.join("&"))
    }
}
