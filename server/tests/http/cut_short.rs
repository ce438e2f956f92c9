//! A client that leaves in the middle of any request: what was asked for happened whole, or not at all.
//!
//! When a connection ends, hyper drops the request's future at whichever await it stands. So each door that changes
//! something is asked again and again, and dropped one step later each time, until an answer comes.

use crate::{
    authz::{asked, rows},
    browser::Browser,
    portal::{Papers, Portal},
};
use axum::body::Body;
use domain::MessageId;
use firm::{
    events::{self, Event},
    on_both_engines,
    testing::House,
    threads,
};
use futures::{FutureExt as _, StreamExt as _};
use http::{Method, Request};
use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    sync::Arc,
    task::Poll,
};

/// Steps after which a request counts as endless.
const STEPS: usize = 2_000;

/// When a request is dropped.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// As soon as it waits for the nth time.
    Waiting,
    /// When what it waited for the nth time has come, and before it sees it.
    Woken,
}

/// Sends a request and drops it after so many steps. True when it was answered before that.
async fn sent(browser: &Browser, request: Request<Body>, steps: usize, cut: Cut) -> bool {
    let mut copy = browser.clone();
    let mut sending = pin!(copy.send(request));
    let mut taken = 0;
    std::future::poll_fn(|context| {
        if taken == steps {
            return Poll::Ready(false);
        }
        taken += 1;
        match sending.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if taken == steps && matches!(cut, Cut::Waiting) => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Waits for what outlives its request.
async fn settled(portal: &Portal) {
    while !portal.ending.tasks.is_empty() {
        tokio::task::yield_now().await;
    }
}

type Change = BTreeMap<String, i64>;

/// What happens to the number of rows of each table.
async fn change<T>(portal: &Portal, doing: impl Future<Output = T>) -> (T, Change) {
    let before = portal.house.row_counts().await.expect("rows");
    let done = doing.await;
    settled(portal).await;
    let after = portal.house.row_counts().await.expect("rows");
    let changed = after.into_iter().map(|(table, count)| {
        let more = count - before[&table];
        (table, more)
    });
    (done, changed.filter(|(_, more)| *more != 0).collect())
}

on_both_engines!(
    a_client_that_leaves_at_any_step_leaves_a_whole_verb_or_none,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let link = portal
            .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
            .await
            .id;
        let people = [portal.visitor(), portal.anwen().await, portal.tomasz().await];
        let mut doors = BTreeSet::new();
        for row in rows() {
            if matches!(row.method, Method::GET | Method::HEAD | Method::OPTIONS) {
                continue;
            }
            // Of those who are let through, whoever can do most: nobody, contact and staff stand in this order.
            let able = [0, 3, 4].into_iter().zip(&people).rev();
            let mut able = able.filter(|(column, _)| {
                let verdict = row.verdicts[*column];
                // A refused code or password counts a try.
                verdict.starts_with(['2', '/']) || verdict == "422"
            });
            let Some((_, browser)) = able.next() else { continue };
            doors.insert(format!("{} {}", row.method, row.pattern));
            for cut in [Cut::Waiting, Cut::Woken] {
                let request = asked(&portal, &row, &papers, &link, browser).await;
                let (_, mut whole) = change(&portal, sent(browser, request, STEPS, cut)).await;
                for steps in 0.. {
                    let request = asked(&portal, &row, &papers, &link, browser).await;
                    let (answered, changed) = change(&portal, sent(browser, request, steps, cut)).await;
                    if answered {
                        break;
                    }
                    assert!(steps < STEPS, "{} is never answered", row.pattern);
                    // The same once more, uncut: the firm still works, and this is what whole means by now.
                    let request = asked(&portal, &row, &papers, &link, browser).await;
                    let (_, next) = change(&portal, sent(browser, request, STEPS, cut)).await;
                    assert!(
                        changed.is_empty() || changed == whole || changed == next,
                        "{} {} left {cut:?} at step {steps}: {changed:?}, and whole is {whole:?} or {next:?}",
                        row.method,
                        row.pattern
                    );
                    whole = next;
                }
            }
        }
        assert!(doors.len() >= 12, "{doors:?}");
    }
);

on_both_engines!(
    a_message_with_a_file_is_there_whole_and_told_to_open_pages_or_it_is_not,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let anwen = portal.anwen().await;
        let session = domain::SessionId::from(portal.house.firm.random().id());
        let mut open_page = pin!(events::subscribe(&portal.house.firm, &portal.house.tomasz(), session));
        let mut known = messages(&portal, &papers).await;
        let mut made = 0;
        for steps in 0..STEPS {
            let text = format!("cut at step {steps}");
            let form = portal.form().to_string();
            let (answered, _) = change(
                &portal,
                sent(&anwen, post(&anwen, &papers, &text, &form), steps, Cut::Waiting),
            )
            .await;
            let now = messages(&portal, &papers).await;
            let new: Vec<_> = now.difference(&known).cloned().collect();
            assert!(new.len() <= 1, "{new:?}");
            if let Some((_, found, files)) = new.first() {
                assert_eq!((found, *files), (&text, 1), "text and file stand together");
                let told = open_page.next().now_or_never().flatten();
                assert_eq!(
                    told,
                    Some(Event::Thread {
                        id: papers.thread,
                        own: false
                    }),
                    "an open page hears of it"
                );
                made += 1;
            }
            // Sent again, as a browser does: one message in the end.
            let again = sent(&anwen, post(&anwen, &papers, &text, &form), STEPS, Cut::Waiting).await;
            assert!(again);
            known = messages(&portal, &papers).await;
            let same = known.iter().filter(|(_, found, _)| *found == text).count();
            assert_eq!(same, 1, "{text}");
            if new.is_empty() {
                assert!(open_page.next().now_or_never().flatten().is_some());
            }
            while open_page.next().now_or_never().flatten().is_some() {}
            if answered {
                break;
            }
        }
        assert!(made > 0, "some were cut after the verb had begun");
    }
);

on_both_engines!(
    a_link_is_used_with_its_session_or_not_at_all,
    |house: House| async move {
        let portal = Portal::of(house);
        for steps in 0..STEPS {
            // An address gets a hundred mails a day at most.
            portal.house.advance(15 * 60);
            let mut browser = portal.visitor();
            let letter = portal.ask_link(&mut browser, "anwen@marlowe.example", "").await;
            let redeem = |browser: &Browser| {
                let body = format!("id={}&secret={}&from=%2F", letter.id, letter.secret);
                browser
                    .request(Method::POST, "/api/redeem_link")
                    .header("sec-fetch-site", "same-origin")
                    .header("accept", crate::browser::PAGE)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(body))
                    .expect("a request")
            };
            let pressing = sent(&browser, redeem(&browser), steps, Cut::Waiting);
            let (answered, changed) = change(&portal, pressing).await;
            let entered = changed.get("session") == Some(&1);
            assert!(entered || changed.is_empty(), "step {steps}: {changed:?}");
            if answered {
                assert!(entered);
                break;
            }
            let again = browser.send(redeem(&browser)).await;
            assert_eq!(
                again.location() == "/home",
                !entered,
                "a link works once, at step {steps}"
            );
        }
    }
);

fn post(browser: &Browser, papers: &Papers, text: &str, form: &str) -> Request<Body> {
    let thread = papers.thread.to_string();
    let fields = [
        ("thread", thread.as_str()),
        ("text", text),
        ("form", form),
        ("from", "/threads"),
    ];
    let (kind, body) = crate::browser::multipart(&fields, &[("papers.pdf", b"%PDF")]);
    browser
        .request(Method::POST, "/uploads/form")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", kind)
        .body(body.into())
        .expect("a request")
}

async fn messages(portal: &Portal, papers: &Papers) -> BTreeSet<(MessageId, String, usize)> {
    // Read as staff do who look at the whole thread, page by page.
    let firm = Arc::clone(&portal.house.firm);
    let view = threads::open(&firm, &portal.house.anwen(), papers.thread, None)
        .await
        .expect("the thread");
    let all = view.messages.into_iter();
    all.map(|message| (message.id, message.text, message.files.len()))
        .collect()
}
