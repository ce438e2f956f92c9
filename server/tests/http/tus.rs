//! What clients of the tus protocol rely on that the portal's own page does not use.

use crate::{
    browser::{Answer, Browser},
    portal::Portal,
};
use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::ThreadId;
use firm::{on_both_engines, testing::House};
use futures::{StreamExt as _, channel::oneshot, stream};
use http::Method;
use std::io;
use vault::checksum::sha1;

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");

fn metadata(thread: ThreadId) -> String {
    format!(
        "filename {},thread {}",
        STANDARD.encode("a.pdf"),
        STANDARD.encode(thread.to_string())
    )
}

pub async fn create(browser: &mut Browser, thread: ThreadId, more: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let metadata = metadata(thread);
    let headers = [&[TUS, ("upload-metadata", metadata.as_str())], more].concat();
    browser.fetch(Method::POST, "/uploads", &headers, body).await
}

async fn patch(browser: &mut Browser, path: &str, more: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let headers = [&[TUS, BYTES], more].concat();
    browser.fetch(Method::PATCH, path, &headers, body).await
}

async fn head(browser: &mut Browser, path: &str) -> Answer {
    browser.fetch(Method::HEAD, path, &[TUS], "").await
}

fn standing(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.header("upload-offset"))
}

on_both_engines!(what_is_offered_is_said, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let offered = anwen.fetch(Method::OPTIONS, "/uploads", &[], "").await;
    assert_eq!(offered.status, 204);
    assert_eq!(offered.header("tus-version"), "1.0.0");
    assert_eq!(offered.header("tus-max-size"), "20000000000");
    assert_eq!(offered.header("tus-checksum-algorithm"), "sha1,sha256,sha512");
    let extensions: Vec<&str> = offered.header("tus-extension").split(',').collect();
    assert!(!extensions.contains(&"concatenation"), "{extensions:?}");
    for wanted in [
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "checksum",
        "expiration",
        "termination",
    ] {
        assert!(extensions.contains(&wanted), "{wanted}");
    }
    let concatenated = create(&mut anwen, papers.thread, &[("upload-concat", "partial")], "").await;
    assert_eq!(concatenated.status, 400);
});

on_both_engines!(an_announcement_may_bring_the_bytes_along, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let nine = ("upload-length", "9");
    let whole = create(&mut anwen, papers.thread, &[nine, BYTES], "nine char").await;
    assert_eq!(standing(&whole), (201, "9"));
    let some = create(&mut anwen, papers.thread, &[nine, BYTES], "nine").await;
    assert_eq!(standing(&some), (201, "4"));
    let path = some.location().to_owned();
    let rest = patch(&mut anwen, &path, &[("upload-offset", "4")], " char").await;
    assert_eq!(standing(&rest), (204, "9"));
    assert!(
        rest.header("upload-expires").ends_with(" GMT"),
        "an offset comes with its date"
    );
    let cut = Body::from_stream(stream::iter([
        Ok(Bytes::from_static(b"nin")),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ]));
    let cut = create(&mut anwen, papers.thread, &[nine, BYTES], cut).await;
    assert_eq!(standing(&cut), (201, "3"));

    // What is wrong as a whole leaves nothing, because nobody was told where it is.
    let uploads = || async { portal.house.row_counts().await.expect("counted")["upload"] };
    let before = uploads().await;
    let long = create(&mut anwen, papers.thread, &[nine, BYTES], "ten chars!").await;
    assert_eq!(long.status, 413);
    let wrong = format!("sha1 {}", STANDARD.encode(sha1(b"something else")));
    let wrong = [nine, BYTES, ("upload-checksum", wrong.as_str())];
    assert_eq!(
        create(&mut anwen, papers.thread, &wrong, "nine char")
            .await
            .status
            .as_u16(),
        460
    );
    assert_eq!(uploads().await, before);
});

on_both_engines!(a_length_may_be_said_with_the_bytes, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    for odd in ["0", "2", "", "1, 1"] {
        let answer = create(&mut anwen, papers.thread, &[("upload-defer-length", odd)], "").await;
        assert_eq!(answer.status, 400, "{odd:?}");
    }
    let both = [("upload-defer-length", "1"), ("upload-length", "9")];
    assert_eq!(create(&mut anwen, papers.thread, &both, "").await.status, 400);
    let created = create(&mut anwen, papers.thread, &[("upload-defer-length", "1")], "").await;
    assert_eq!(created.status, 201);
    let path = created.location().to_owned();
    let four = patch(&mut anwen, &path, &[("upload-offset", "0")], "nine").await;
    assert_eq!(standing(&four), (204, "4"));
    let asked = head(&mut anwen, &path).await;
    assert_eq!(
        (asked.header("upload-defer-length"), asked.header("upload-length")),
        ("1", "")
    );
    let less = patch(&mut anwen, &path, &[("upload-offset", "4"), ("upload-length", "3")], "").await;
    assert_eq!(less.status, 400);
    let said = patch(
        &mut anwen,
        &path,
        &[("upload-offset", "4"), ("upload-length", "9")],
        " char",
    )
    .await;
    assert_eq!(standing(&said), (204, "9"));
    let asked = head(&mut anwen, &path).await;
    assert_eq!(
        (asked.header("upload-defer-length"), asked.header("upload-length")),
        ("", "9")
    );
});

on_both_engines!(a_checksum_holds_or_nothing_counts, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let created = create(&mut anwen, papers.thread, &[("upload-length", "9")], "").await;
    let path = created.location().to_owned();
    for malformed in ["sha1", "sha1 ????", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 AAAA", ""] {
        let headers = [("upload-offset", "0"), ("upload-checksum", malformed)];
        let answer = patch(&mut anwen, &path, &headers, "nine char").await;
        assert_eq!(answer.status, 400, "{malformed:?}");
    }
    let digest = format!("sha1 {}", STANDARD.encode(sha1(b"nine char")));
    let headers = [("upload-offset", "0"), ("upload-checksum", digest.as_str())];
    let damaged = patch(&mut anwen, &path, &headers, "nine chap").await;
    assert_eq!(damaged.status.as_u16(), 460);
    assert_eq!(standing(&head(&mut anwen, &path).await), (200, "0"));
    let right = patch(&mut anwen, &path, &headers, "nine char").await;
    assert_eq!(standing(&right), (204, "9"));
});

on_both_engines!(
    more_bytes_than_were_announced_are_refused_before_they_come,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let created = create(&mut anwen, papers.thread, &[("upload-length", "9")], "").await;
        let path = created.location().to_owned();
        // The body never comes: the answer does not wait for it.
        let never = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let headers = [("upload-offset", "0"), ("content-length", "10")];
        assert_eq!(patch(&mut anwen, &path, &headers, never).await.status, 413);
        assert_eq!(standing(&head(&mut anwen, &path).await), (200, "0"));
    }
);

on_both_engines!(
    whoever_asks_where_it_stands_ends_a_silent_connection,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let created = create(&mut anwen, papers.thread, &[("upload-length", "9")], "").await;
        let path = created.location().to_owned();
        let (taken, was_taken) = oneshot::channel();
        // It is asked for more when what it brought was taken in, and is silent from then on.
        let silence = stream::once(async move {
            taken.send(()).expect("somebody waits");
            std::future::pending().await
        });
        let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"nine"))]).chain(silence);
        let mut silent = anwen.clone();
        let whole = path.clone();
        let dead = tokio::spawn(async move {
            let body = Body::from_stream(body);
            patch(&mut silent, &whole, &[("upload-offset", "0")], body).await
        });
        was_taken.await.expect("taken in");
        assert_eq!(standing(&head(&mut anwen, &path).await), (200, "4"));
        let sent = patch(&mut anwen, &path, &[("upload-offset", "4")], " char").await;
        assert_eq!(standing(&sent), (204, "9"));
        assert_eq!(
            standing(&dead.await.expect("no panic")),
            (409, "4"),
            "a reason to ask again"
        );
    }
);
