//! Uploads by tus: what is acknowledged is there, what is cut off leaves nothing half visible.

use crate::{browser::Answer, portal::Portal};
use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::ThreadId;
use firm::{on_both_engines, testing::House, threads, uploads::Destination};
use futures::stream;
use http::Method;
use std::io;

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");

fn metadata(name: &str, thread: ThreadId) -> String {
    format!(
        "filename {},thread {}",
        STANDARD.encode(name),
        STANDARD.encode(thread.to_string())
    )
}

async fn create(browser: &mut crate::browser::Browser, length: &str, metadata: &str) -> Answer {
    let headers = [TUS, ("upload-length", length), ("upload-metadata", metadata)];
    browser.fetch(Method::POST, "/uploads", &headers, "").await
}

on_both_engines!(
    an_upload_is_announced_sent_in_pieces_and_used_once,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let created = create(&mut anwen, "9", &metadata("a.pdf", papers.thread)).await;
        assert_eq!(created.status, 201);
        let path = created.location().to_owned();
        assert!(path.starts_with("/uploads/") && created.header("upload-expires").ends_with(" GMT"));
        let wrong = anwen
            .fetch(Method::PATCH, &path, &[TUS, BYTES, ("upload-offset", "3")], "xxx")
            .await;
        assert_eq!((wrong.status.as_u16(), wrong.header("upload-offset")), (409, "0"));
        let whole = anwen
            .fetch(Method::PATCH, &path, &[TUS, BYTES, ("upload-offset", "0")], "nine char")
            .await;
        assert_eq!((whole.status.as_u16(), whole.header("upload-offset")), (204, "9"));
        let head = anwen.fetch(Method::HEAD, &path, &[TUS], "").await;
        assert_eq!((head.header("upload-offset"), head.header("upload-length")), ("9", "9"));
        let id = path.rsplit('/').next().expect("an id");
        let json = |form: &str| {
            format!(
                "{{\"thread\":\"{}\",\"text\":\"\",\"uploads\":[\"{id}\"],\"form\":\"{form}\"}}",
                papers.thread
            )
        };
        let kind = [("content-type", "application/json")];
        let form = portal.form().to_string();
        let posted = anwen.fetch(Method::POST, "/api/post_message", &kind, json(&form)).await;
        assert_eq!(posted.status, 200, "{}", posted.text());
        let again = anwen.fetch(Method::POST, "/api/post_message", &kind, json(&form)).await;
        assert_eq!(
            again.text(),
            posted.text(),
            "a retry finds the message that the form made"
        );
        let other = anwen
            .fetch(
                Method::POST,
                "/api/post_message",
                &kind,
                json(&portal.form().to_string()),
            )
            .await;
        assert_eq!(other.status, 422, "an upload goes with one message");
    }
);

on_both_engines!(
    a_bad_announcement_is_refused_with_a_sentence,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let good = metadata("a.pdf", papers.thread);
        for (length, data, status, words) in [
            ("0", good.clone(), 422, "no content"),
            ("20000000001", good.clone(), 413, "larger than 20 GB"),
            ("9", metadata("..", papers.thread), 422, "cannot be shown"),
            (
                "9",
                metadata("a.pdf", "0".repeat(32).parse().expect("an id")),
                404,
                "nothing at this address",
            ),
            ("-1", good.clone(), 400, ""),
            ("", good.clone(), 400, ""),
            ("9", String::new(), 400, ""),
            ("9", format!("{good},thread x"), 400, ""),
        ] {
            let answer = create(&mut anwen, length, &data).await;
            assert_eq!(answer.status.as_u16(), status, "{length} {data}");
            assert!(answer.text().contains(words), "{}", answer.text());
            assert_eq!(answer.header("tus-resumable"), "1.0.0");
        }
        // Staff reach every client, so they ask for one that does not exist.
        let unknown = format!(
            "filename {},client {}",
            STANDARD.encode("a.pdf"),
            STANDARD.encode("0".repeat(32))
        );
        let answer = create(&mut portal.tomasz().await, "9", &unknown).await;
        assert_eq!(answer.status, 404, "{}", answer.text());
        for extra in [
            ("upload-concat", "partial"),
            ("upload-defer-length", "1"),
            ("tus-resumable", "0.2.2"),
        ] {
            let headers = [TUS, ("upload-length", "9"), ("upload-metadata", good.as_str()), extra];
            let answer = anwen.fetch(Method::POST, "/uploads", &headers, "").await;
            assert!(matches!(answer.status.as_u16(), 400 | 412), "{extra:?}");
        }
        let override_ = [
            TUS,
            ("x-http-method-override", "DELETE"),
            ("upload-length", "9"),
            ("upload-metadata", &good),
        ];
        assert_eq!(
            anwen.fetch(Method::POST, "/uploads", &override_, "").await.status,
            201,
            "a method is what it is"
        );
    }
);

on_both_engines!(
    a_foreign_upload_and_an_unknown_one_are_the_same,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let upload = portal.upload(b"", 9, Destination::Thread(papers.thread)).await;
        let mut priya = portal.priya().await;
        for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
            let mut answers = Vec::new();
            for id in [upload.to_string(), "0".repeat(32), "not-an-id".to_owned()] {
                let path = format!("/uploads/{id}");
                let answer = priya
                    .fetch(method.clone(), &path, &[TUS, BYTES, ("upload-offset", "0")], "")
                    .await;
                answers.push((answer.status, answer.text()));
            }
            assert_eq!(answers[0].0, 404);
            assert!(
                answers.windows(2).all(|pair| pair[0] == pair[1]),
                "{method} {answers:?}"
            );
        }
    }
);

on_both_engines!(
    a_cut_connection_leaves_nothing_half_visible,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let created = create(&mut anwen, "9", &metadata("a.pdf", papers.thread)).await;
        let path = created.location().to_owned();
        let cut = || {
            Body::from_stream(stream::iter([
                Ok(Bytes::from_static(b"four")),
                Err(io::Error::from(io::ErrorKind::ConnectionReset)),
            ]))
        };
        let answer = anwen
            .fetch(Method::PATCH, &path, &[TUS, BYTES, ("upload-offset", "0")], cut())
            .await;
        assert_eq!(answer.header("upload-offset"), "4", "what came is kept");
        let whole = anwen
            .fetch(Method::PATCH, &path, &[TUS, BYTES, ("upload-offset", "4")], " char")
            .await;
        assert_eq!(whole.status, 204, "and it goes on from there");

        let (kind, body) = crate::browser::multipart(
            &[
                ("thread", &papers.thread.to_string()),
                ("text", "cut off"),
                ("form", &portal.form().to_string()),
                ("from", "/threads"),
            ],
            &[("a.pdf", &[7; 5000])],
        );
        let half = Bytes::from(body[..body.len() - 1000].to_vec());
        let body = Body::from_stream(stream::iter([
            Ok(half),
            Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        ]));
        let answer = anwen
            .fetch(Method::POST, "/uploads/form", &[("content-type", &kind)], body)
            .await;
        assert_eq!(answer.location(), "/threads");
        let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
            .await
            .expect("open");
        assert_eq!((view.messages.len(), view.files.len()), (1, 1));
        assert_eq!(view.draft.expect("a draft").text, "cut off");
    }
);

on_both_engines!(
    a_file_too_many_is_refused_and_the_text_kept,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let (thread, form) = (papers.thread.to_string(), portal.form().to_string());
        let path = format!("/threads/{thread}");
        let fields = [
            ("thread", thread.as_str()),
            ("text", "fifty-one files"),
            ("form", &form),
            ("from", &path),
        ];
        let files: Vec<(&str, &[u8])> = vec![("a.pdf", b"x"); domain::limits::FILES_A_MESSAGE + 1];
        let refused = anwen.post_files(&fields, &files).await;
        let page = anwen.follow(&refused).await;
        assert!(page.text().contains("takes up to 50 files") && page.text().contains("fifty-one files"));
    }
);
