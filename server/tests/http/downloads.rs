//! Downloads: byte for byte, in ranges, under any name, and never wrong bytes.

use crate::portal::Portal;
use domain::ThreadId;
use firm::{
    on_both_engines,
    testing::{
        House,
        clamd::{Clamd, eicar},
    },
    threads,
};
use http::Method;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn content() -> Vec<u8> {
    (0..200_000_u32).flat_map(u32::to_le_bytes).collect()
}

on_both_engines!(a_download_is_what_was_sent, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&content()).await;
    let path = format!("/files/{}/content", papers.file);
    let mut tomasz = portal.tomasz().await;
    let answer = tomasz.get(&path).await;
    assert!(answer.whole && answer.body == papers.content);
    assert_eq!(answer.header("content-length"), papers.content.len().to_string());
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"Statement.pdf\""
    );
    assert_eq!(
        answer.header("content-security-policy"),
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    );
    let etag = answer.header("etag").to_owned();
    let head = tomasz.fetch(Method::HEAD, &path, &[], "").await;
    assert_eq!(
        (head.header("content-length"), head.body.len()),
        (answer.header("content-length"), 0)
    );
    let known = tomasz.fetch(Method::GET, &path, &[("if-none-match", &etag)], "").await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
});

on_both_engines!(a_range_is_answered_exactly, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&content()).await;
    let path = format!("/files/{}/content", papers.file);
    let mut anwen = portal.anwen().await;
    let all = &papers.content;
    let size = all.len();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=16383-16384", 16_383, 16_385),
        ("bytes=700000-", 700_000, size),
        ("bytes=-1", size - 1, size),
        ("bytes=799999-9999999", 799_999, size),
    ] {
        let answer = anwen.fetch(Method::GET, &path, &[("range", range)], "").await;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(
            answer.header("content-range"),
            format!("bytes {from}-{}/{size}", to - 1)
        );
        assert!(answer.whole && answer.body == all[from..to], "{range}");
    }
    let beyond = anwen.fetch(Method::GET, &path, &[("range", "bytes=800000-")], "").await;
    assert_eq!(
        (beyond.status.as_u16(), beyond.header("content-range")),
        (416, format!("bytes */{size}").as_str())
    );
    let whole = anwen.get(&path).await;
    let etag = whole.header("etag").to_owned();
    let resumed = anwen
        .fetch(Method::GET, &path, &[("range", "bytes=5-6"), ("if-range", &etag)], "")
        .await;
    assert_eq!(resumed.status, 206);
    let changed = anwen
        .fetch(
            Method::GET,
            &path,
            &[("range", "bytes=5-6"), ("if-range", "\"other\"")],
            "",
        )
        .await;
    assert_eq!(changed.status, 200, "it is not the file that the client has a part of");
});

on_both_engines!(several_ranges_come_in_one_answer, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&content()).await;
    let path = format!("/files/{}/content", papers.file);
    let mut anwen = portal.anwen().await;
    let all = &papers.content;
    let size = all.len();
    let answer = anwen
        .fetch(Method::GET, &path, &[("range", "bytes=790000-, 0-9,16380-16390")], "")
        .await;
    assert_eq!(answer.status, 206);
    let kind = answer.header("content-type").to_owned();
    let boundary = kind
        .strip_prefix("multipart/byteranges; boundary=")
        .expect("a boundary");
    let mut expected = Vec::new();
    for part in [790_000..size, 0..10, 16_380..16_391] {
        let (from, to) = (part.start, part.end - 1);
        let head = format!(
            "\r\n--{boundary}\r\ncontent-type: application/pdf\r\ncontent-range: bytes {from}-{to}/{size}\r\n\r\n"
        );
        expected.extend_from_slice(head.as_bytes());
        expected.extend_from_slice(&all[part]);
    }
    expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    assert!(answer.whole && answer.body == expected);
    assert_eq!(answer.header("content-length"), expected.len().to_string());
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert!(answer.header("content-security-policy").starts_with("sandbox"));

    // More work than the file is answered with the file.
    for greedy in [format!("bytes={}", "0-,".repeat(1_300)), "bytes=0-99,50-99".to_owned()] {
        let answer = anwen.fetch(Method::GET, &path, &[("range", &greedy)], "").await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, size));
    }
});

on_both_engines!(a_condition_is_kept_and_a_head_is_no_look, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&content()).await;
    let path = format!("/files/{}/content", papers.file);
    let mut tomasz = portal.tomasz().await;
    let looks = || async { portal.house.row_counts().await.expect("counted")["file_look"] };
    let head = tomasz.fetch(Method::HEAD, &path, &[("range", "bytes=0-9")], "").await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length")),
        (200, papers.content.len().to_string().as_str()),
        "ranges are GET's alone"
    );
    assert_eq!(head.header("accept-ranges"), "bytes");
    assert_eq!(looks().await, 0);
    let etag = head.header("etag").to_owned();
    let weak = format!("W/{etag}");
    let both = format!("\"other\", {etag}");
    for (name, value, status) in [
        ("if-match", etag.as_str(), 200),
        ("if-match", "*", 200),
        ("if-match", both.as_str(), 200),
        ("if-match", "\"other\"", 412),
        ("if-match", weak.as_str(), 412),
        ("if-none-match", "*", 304),
        ("if-none-match", weak.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
    ] {
        let answer = tomasz.fetch(Method::GET, &path, &[(name, value)], "").await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {value}");
    }
    assert_eq!(looks().await, 1);
    for (if_range, status) in [
        (etag.as_str(), 206),
        (weak.as_str(), 200),
        ("*", 200),
        ("Tue, 17 Nov 2026 09:40:00 GMT", 200),
    ] {
        let headers = [("range", "bytes=5-6"), ("if-range", if_range)];
        let answer = tomasz.fetch(Method::GET, &path, &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{if_range}");
    }
});

on_both_engines!(
    a_place_in_a_long_file_is_found_without_the_rest_of_it,
    |house: House| async move {
        const PART: usize = 8 * 1024 * 1024;
        let portal = Portal::of(house);
        let long: Vec<u8> = (0..2 * PART + 9).map(|at| at.to_le_bytes()[at % 3]).collect();
        let papers = portal.papers(&long).await;
        let path = format!("/files/{}/content", papers.file);
        let mut anwen = portal.anwen().await;
        // Both full parts are gone from the store; the short one at the end is all that is needed.
        let folder = portal.house.folder.path().join("objects");
        for _ in 0..2 {
            fs::remove_file(largest(&folder)).expect("removed");
        }
        let end = anwen.fetch(Method::GET, &path, &[("range", "bytes=-9")], "").await;
        assert!(end.status == 206 && end.whole && end.body == long[2 * PART..]);
        let over = format!("bytes={}-", 2 * PART - 1);
        let answer = anwen.fetch(Method::GET, &path, &[("range", &over)], "").await;
        assert_eq!(
            answer.status, 500,
            "what is needed and missing is told before anything is promised"
        );
    }
);

on_both_engines!(
    a_flipped_byte_ends_the_download_and_never_comes_out,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(&content()).await;
        let path = format!("/files/{}/content", papers.file);
        let object = largest(&portal.house.folder.path().join("objects"));
        let mut bytes = fs::read(&object).expect("the object");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&object, bytes).expect("the object");
        let mut anwen = portal.anwen().await;
        let answer = anwen.get(&path).await;
        assert!(!answer.whole, "the body is cut off");
        assert!(answer.body.len() < papers.content.len() && papers.content.starts_with(&answer.body));
        let before = anwen.fetch(Method::GET, &path, &[("range", "bytes=0-9")], "").await;
        assert!(
            before.whole && before.body == papers.content[..10],
            "what still opens is still served"
        );
    }
);

fn largest(folder: &Path) -> PathBuf {
    let mut found: Vec<(u64, PathBuf)> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let facts = entry.metadata().expect("facts");
            if facts.is_dir() {
                folders.push(entry.path());
            } else {
                found.push((facts.len(), entry.path()));
            }
        }
    }
    found.into_iter().max().expect("an object").1
}

on_both_engines!(a_hostile_name_is_cleaned_or_refused, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let path = format!("/threads/{}", papers.thread);
    let long = format!("{}.pdf", "n".repeat(300));
    let cut = format!("{}.pdf", "n".repeat(251));
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\return.pdf", "return.pdf"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("=cmd|'/c calc'!A1.csv", "c calc'!A1.csv"),
        (&long, &cut),
        (".htaccess", "htaccess"),
    ] {
        let sent = send(&portal, &mut anwen, papers.thread, &path, given).await;
        assert_eq!(sent.location(), path, "{given:?}");
        let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
            .await
            .expect("open");
        let file = view
            .files
            .iter()
            .find(|file| file.name == kept)
            .unwrap_or_else(|| panic!("{given:?}: {:?}", view.files));
        let answer = anwen.get(&format!("/files/{}/content", file.id)).await;
        let disposition = answer.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=\"") && !disposition.contains(".."),
            "{disposition}"
        );
        assert_eq!(answer.body, b"x");
    }
    let before = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
        .await
        .expect("open")
        .messages
        .len();
    for given in ["..", "\u{202e}", "/", "nul\u{0}.pdf"] {
        let refused = send(&portal, &mut anwen, papers.thread, &path, given).await;
        let page = anwen.follow(&refused).await;
        assert!(
            page.text().contains("cannot be shown") && page.text().contains("with a file"),
            "{given:?}"
        );
    }
    let after = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
        .await
        .expect("open")
        .messages
        .len();
    assert_eq!(before, after);
});

async fn send(
    portal: &Portal,
    anwen: &mut crate::browser::Browser,
    thread: ThreadId,
    from: &str,
    name: &str,
) -> crate::browser::Answer {
    let (thread, form) = (thread.to_string(), portal.form().to_string());
    let fields = [
        ("thread", thread.as_str()),
        ("text", "with a file"),
        ("form", &form),
        ("from", from),
    ];
    anwen.post_files(&fields, &[(name, b"x")]).await
}

on_both_engines!(
    eicar_is_quarantined_and_downloaded_by_no_request,
    |house: House| async move {
        let clamd = Clamd::start().await;
        let house = House::open_with(house.engine, 7, |settings| {
            settings.scanner = Some(clamd.scanner.clone());
        })
        .await
        .expect("a house with a scanner");
        let portal = Portal::of(house);
        let papers = portal.papers(&eicar()).await;
        let id = papers.file.to_string();
        for (scanned, mark) in [(false, "Being checked for viruses"), (true, "In quarantine: Eicar")] {
            if scanned {
                firm::scan::all_held(&portal.house.firm).await.expect("scanned");
            }
            for browser in [&mut portal.anwen().await, &mut portal.tomasz().await] {
                let content = format!("/files/{id}/content");
                let ranged = [("range", "bytes=0-9")];
                let answers = [
                    browser.fetch(Method::GET, &content, &[], "").await,
                    browser.fetch(Method::HEAD, &content, &[], "").await,
                    browser.fetch(Method::GET, &content, &ranged, "").await,
                    browser.get(&format!("/files/{id}/versions/1/content")).await,
                    browser.get(&format!("/files/{id}/pages/1")).await,
                ];
                for answer in answers {
                    assert_eq!(answer.status, 423);
                    assert!(!answer.body.windows(5).any(|window| window == b"EICAR"));
                }
                let zip = browser.post("/files/zip", &[("file", &id)]).await;
                assert!(!zip.body.windows(5).any(|window| window == b"EICAR"));
                assert!(String::from_utf8_lossy(&zip.body).contains("Not included.txt"));
            }
            let thread = portal
                .anwen()
                .await
                .get(&format!("/threads/{}", papers.thread))
                .await
                .text();
            assert!(
                thread.contains(mark) && !thread.contains("/content"),
                "no link that does not work"
            );
            let list = portal.tomasz().await.get("/office/files").await.text();
            assert!(list.contains(mark));
            let page = portal.anwen().await.get(&format!("/files/{id}")).await.text();
            assert!(page.contains(mark) && !page.contains("/content"));
        }
    }
);
