//! Downloads: byte for byte, in ranges, under any name, and never wrong bytes.

use crate::portal::Portal;
use domain::ThreadId;
use firm::{on_both_engines, testing::House, threads};
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
    let several = anwen.fetch(Method::GET, &path, &[("range", "bytes=0-1,5-6")], "").await;
    assert_eq!((several.status.as_u16(), several.body.len()), (200, size));
    let etag = several.header("etag").to_owned();
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
