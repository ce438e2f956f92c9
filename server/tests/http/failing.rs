//! Storage or a database that fails: it is said as it is, nothing that was acknowledged is lost, what was typed is kept, and
//! an upload goes on from where it stood.

use crate::{
    browser::{Answer, Browser, PAGE},
    html::Page,
    logs::Logs,
    portal::{Papers, Portal},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::ThreadId;
use firm::{
    on_both_engines,
    testing::{Engine, HOST, House},
    threads,
};
use http::Method;
use server::listen;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");
const PART: usize = 8 * 1024 * 1024;
const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// The firm's folder in the store, which breaks by becoming a file and mends by coming back.
struct Store {
    folder: PathBuf,
    aside: PathBuf,
}

impl Store {
    fn of(portal: &Portal) -> Self {
        let folder = portal
            .house
            .folder
            .path()
            .join(format!("objects/{}", portal.house.firm.id()));
        let aside = folder.with_extension("aside");
        Self { folder, aside }
    }

    fn break_down(&self) {
        fs::rename(&self.folder, &self.aside).expect("set aside");
        fs::write(&self.folder, b"not a folder").expect("in its place");
    }

    fn mend(&self) {
        fs::remove_file(&self.folder).expect("removed");
        fs::rename(&self.aside, &self.folder).expect("back again");
    }
}

async fn announce(browser: &mut Browser, thread: ThreadId, length: usize) -> Answer {
    let metadata = format!(
        "filename {},thread {}",
        STANDARD.encode("a.pdf"),
        STANDARD.encode(thread.to_string())
    );
    let headers = [
        TUS,
        ("upload-length", &length.to_string()),
        ("upload-metadata", &metadata),
    ];
    browser.fetch(Method::POST, "/uploads", &headers, "").await
}

async fn append(browser: &mut Browser, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let headers = [TUS, BYTES, ("upload-offset", &offset.to_string())];
    browser.fetch(Method::PATCH, path, &headers, bytes.to_vec()).await
}

async fn offset(browser: &mut Browser, path: &str) -> usize {
    let head = browser.fetch(Method::HEAD, path, &[TUS], "").await;
    head.header("upload-offset").parse().expect("an offset")
}

async fn count(portal: &Portal, papers: &Papers) -> usize {
    let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None).await;
    view.expect("the thread").messages.len()
}

fn honest(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(!answer.header("x-request-id").is_empty());
    assert!(
        !answer.text().contains("SQL") && !answer.text().contains("/objects"),
        "no cause is told"
    );
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| at.to_le_bytes()[at % 3]).collect()
}

on_both_engines!(
    a_store_that_fails_loses_nothing_acknowledged_and_an_upload_goes_on,
    |house: House| async move {
        let logs = Logs::listen();
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let store = Store::of(&portal);
        let mut anwen = portal.anwen().await;
        let whole = content(2 * PART + 1000);
        let created = announce(&mut anwen, papers.thread, whole.len()).await;
        let path = created.location().to_owned();
        let first = append(&mut anwen, &path, 0, &whole[..PART]).await;
        assert_eq!((first.status.as_u16(), first.header("upload-offset")), (204, "8388608"));

        store.break_down();
        let refused = append(&mut anwen, &path, PART, &whole[PART..]).await;
        honest(&refused);
        assert!(
            refused.text().contains("We cannot store this at the moment"),
            "{}",
            refused.text()
        );
        let reference = refused.header("x-request-id").to_owned();
        assert!(
            !logs.lines(&["ERROR", &reference, "a request failed"]).is_empty(),
            "the cause is in the log"
        );
        assert_eq!(offset(&mut anwen, &path).await, PART, "what was acknowledged stands");

        // A plain form with a file: refused with the reason, and the text is still there.
        let from = format!("/threads/{}", papers.thread);
        let (thread, form) = (papers.thread.to_string(), portal.form().to_string());
        let fields = [
            ("thread", thread.as_str()),
            ("text", "kept words"),
            ("form", &form),
            ("from", &from),
        ];
        let turned = anwen.post_files(&fields, &[("b.pdf", b"%PDF")]).await;
        let page = Page::read(&anwen.follow(&turned).await.text());
        assert_eq!(page.field("text").as_deref(), Some("kept words"));
        assert!(page.text().contains("We cannot store this at the moment"));
        assert_eq!(count(&portal, &papers).await, 1);

        // Reading: an error, not a broken file.
        let content = format!("/files/{}/content", papers.file);
        honest(&anwen.get(&content).await);
        // What needs no store goes on.
        let fields = [
            ("thread", thread.as_str()),
            ("text", "no file here"),
            ("form", &form),
            ("from", &from),
        ];
        assert_eq!(anwen.post_files(&fields, &[]).await.location(), from);

        store.mend();
        let at = offset(&mut anwen, &path).await;
        let rest = append(&mut anwen, &path, at, &whole[at..]).await;
        assert_eq!(rest.status, 204);
        let id = path.rsplit('/').next().expect("an id");
        let json = format!(
            "{{\"thread\":\"{thread}\",\"text\":\"\",\"uploads\":[\"{id}\"],\"form\":\"{}\"}}",
            portal.form()
        );
        assert_eq!(
            anwen.fetch(Method::POST, "/api/post_message", &JSON, json).await.status,
            200
        );
        let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
            .await
            .expect("the thread");
        let sent = view
            .files
            .iter()
            .find(|file| file.size == whole.len() as u64)
            .expect("the file");
        let back = anwen.get(&format!("/files/{}/content", sent.id)).await;
        assert!(back.whole && back.body == whole, "byte for byte");
        assert_eq!(anwen.get(&content).await.body, papers.content);
    }
);

on_both_engines!(
    a_database_that_takes_no_more_says_so_and_keeps_what_was_typed,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let whole = content(PART + 1000);
        let created = announce(&mut anwen, papers.thread, whole.len()).await;
        let path = created.location().to_owned();
        assert_eq!(append(&mut anwen, &path, 0, &whole[..PART]).await.status, 204);
        portal.answer(papers.thread, "acknowledged before").await;

        let house = &portal.house;
        let full = || async {
            // A connection that met the full disk is closed, and the limit is each connection's own.
            if house.engine == Engine::Sqlite {
                house.fill_database().await.expect("filled");
            }
        };
        house.fill_database().await.expect("filled");
        // Connections that were cut are noticed one by one, each honestly.
        loop {
            let answer = anwen.get("/files").await;
            if answer.status == 200 {
                break;
            }
            honest(&answer);
        }
        let text = format!("typed with care: </textarea> &amp; {}", "words ".repeat(3_000));
        let (thread, form) = (papers.thread.to_string(), portal.form().to_string());
        let from = format!("/threads/{thread}");
        let fields = [
            ("thread", thread.as_str()),
            ("text", &text),
            ("form", &form),
            ("from", &from),
        ];
        let mut asking = anwen.clone();
        let page = loop {
            full().await;
            let (kind, body) = crate::browser::multipart(&fields, &[]);
            let headers = [("accept", PAGE), ("content-type", kind.as_str())];
            let refused = asking.fetch(Method::POST, "/uploads/form", &headers, body).await;
            // There was room again for what was typed: it stands in the form, with the reason.
            if refused.status == 303 {
                let page = Page::read(&asking.follow(&refused).await.text());
                assert!(page.text().contains("We cannot store this at the moment"));
                break page;
            }
            honest(&refused);
            // A cut connection may fail before the form is read; then a browser still has it.
            if refused.text().contains("typed with care") {
                let page = Page::read(&refused.text());
                assert!(page.text().contains("What we confirmed is stored"));
                break page;
            }
        };
        assert_eq!(
            page.field("text").as_deref(),
            Some(text.as_str()),
            "the page holds what was typed"
        );
        let json = serde_json::json!({ "thread": thread, "text": text, "uploads": [], "form": form }).to_string();
        // SQLite may have a page left by now, and what fits into it is taken.
        if house.engine == Engine::Postgres {
            honest(
                &anwen
                    .fetch(Method::POST, "/api/post_message", &JSON, json.clone())
                    .await,
            );
            honest(&append(&mut anwen, &path, PART, &whole[PART..]).await);
        }

        portal.house.make_room().await.expect("room");
        while anwen.get("/files").await.status != 200 {}
        while append(&mut anwen, &path, PART, &whole[PART..]).await.status != 204 {}
        assert_eq!(offset(&mut anwen, &path).await, whole.len());
        let posted = loop {
            let posted = anwen
                .fetch(Method::POST, "/api/post_message", &JSON, json.clone())
                .await;
            if posted.status != 503 {
                break posted;
            }
        };
        assert_eq!(posted.status, 200, "{}", posted.text());
        assert_eq!(
            count(&portal, &papers).await,
            3,
            "once, and nothing that was there before is lost"
        );
    }
);

fn largest(folder: &Path) -> PathBuf {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push((entry.metadata().expect("a file").len(), path));
            }
        }
    }
    files.into_iter().max().expect("an object").1
}

on_both_engines!(
    stored_bytes_that_changed_never_leave_and_are_logged_wherever_they_lie,
    |house: House| async move {
        let logs = Logs::listen();
        let portal = Portal::of(house);
        let papers = portal.papers(&content(600_000)).await;
        let path = format!("/files/{}/content", papers.file);
        let object = largest(&portal.house.folder.path().join("objects"));
        let stored = fs::read(&object).expect("the object");
        let anwen = portal.anwen().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(listen::serve(
            listener,
            None,
            portal.router.clone(),
            portal.ending.clone(),
        ));

        let last = stored.len() - 1;
        let flipped = |at: usize| {
            let mut bytes = stored.clone();
            bytes[at] ^= 1;
            bytes
        };
        let cut = stored[..stored.len() / 2].to_vec();
        // Of this file alone: the other engine's test is heard as well.
        let ours = papers.file.to_string();
        for (what, bytes) in [
            ("the salt", Some(flipped(0))),
            ("the commitment", Some(flipped(40))),
            ("the first chunk", Some(flipped(60))),
            ("the middle", Some(flipped(stored.len() / 2))),
            ("the last byte", Some(flipped(last))),
            ("cut off", Some(cut)),
            ("empty", Some(Vec::new())),
            ("gone", None),
        ] {
            match bytes {
                Some(bytes) => fs::write(&object, bytes).expect("written"),
                None => fs::remove_file(&object).expect("removed"),
            }
            let known = logs.lines(&["ERROR", "a download", &ours]).len();
            let mut stream = TcpStream::connect(address).await.expect("connected");
            let ask = format!(
                "GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nCookie: __Host-session={}\r\n\r\n",
                anwen.cookies["__Host-session"]
            );
            stream.write_all(ask.as_bytes()).await.expect("sent");
            let mut answer = Vec::new();
            // A connection that is cut off may end in a reset.
            let _ = stream.read_to_end(&mut answer).await;
            // What was not flushed yet is gone with a connection that is cut, the head too.
            let end = answer.windows(4).position(|it| it == b"\r\n\r\n");
            let at = end.map_or(answer.len(), |end| end + 4);
            let (head, body) = (String::from_utf8_lossy(&answer[..at]).into_owned(), &answer[at..]);
            if head.is_empty() {
                assert!(body.is_empty(), "{what}");
            } else if head.starts_with("HTTP/1.1 200") {
                assert!(head.contains("content-length: 600000"), "{what}: {head}");
                assert!(body.len() < 600_000, "{what}: it is not whole");
                assert!(papers.content.starts_with(body), "{what}: wrong bytes came out");
            } else {
                assert!(head.starts_with("HTTP/1.1 5"), "{what}: {head}");
            }
            let logged = logs.lines(&["ERROR", "a download", &ours]);
            assert!(logged.len() > known, "{what} is logged");
        }
        fs::write(&object, &stored).expect("as it was");
        assert!(anwen.clone().get(&path).await.body == papers.content);
    }
);
