//! Several files as one zip: what is in it, for whom, and what happens when a file goes or does not open on the way.

use crate::{
    browser::{Answer, Browser},
    library::kept,
    portal::Portal,
};
use axum::body::Body;
use domain::{FolderId, library::Act};
use firm::{library, on_both_engines, testing::House};
use http::{Method, StatusCode, header::CONTENT_TYPE};
use http_body_util::BodyExt as _;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};
use zip::ZipArchive;

const SEE_OTHER: StatusCode = StatusCode::SEE_OTHER;

/// The entries of an archive, as a program that nobody here wrote the reading of sees them.
fn entries(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|number| {
            let mut entry = archive.by_index(number).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its checksum fits");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

fn names(entries: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    entries.keys().map(String::as_str).collect()
}

async fn zipped(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    browser.post("/files/zip", fields).await
}

on_both_engines!(
    ticked_files_come_as_one_zip_and_each_is_noted_as_opened,
    |house: House| async move {
        let portal = Portal::of(house);
        let first = portal.papers(b"figures").await.file.to_string();
        portal.house.advance(1);
        let second = portal.papers(b"more").await.file.to_string();
        let mut tomasz = portal.tomasz().await;
        let answer = zipped(&mut tomasz, &[("file", &first), ("file", &second)]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/zip");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"Marlowe") && disposition.ends_with(".zip\""));
        let entries = entries(answer.body);
        assert_eq!(names(&entries), ["Statement (2).pdf", "Statement.pdf"]);
        assert_eq!(entries["Statement.pdf"], b"figures");
        for file in [&first, &second] {
            let page = tomasz.get(&format!("/office/files/{file}")).await.text();
            assert!(
                page.contains("First downloaded"),
                "a file in a zip is a file that was opened"
            );
        }
    }
);

on_both_engines!(nobody_zips_what_they_may_not_open, |house: House| async move {
    let portal = Portal::of(house);
    let own = portal.papers(b"figures").await.file.to_string();
    let (mut tomasz, mut anwen, mut priya) = (portal.tomasz().await, portal.anwen().await, portal.priya().await);
    let internal = kept(&portal, &mut tomasz, false).await.to_string();
    let marlowe = portal.marlowe().to_string();
    // One that is not theirs spoils the whole, and the page looks as for one that never was.
    let unknown = "0".repeat(32);
    for fields in [
        [("file", own.as_str()), ("file", internal.as_str())],
        [("file", own.as_str()), ("file", unknown.as_str())],
    ] {
        let answer = zipped(&mut anwen, &fields).await;
        assert_eq!((answer.status, answer.body.len()), (SEE_OTHER, 0));
    }
    for field in [("file", own.as_str()), ("client", marlowe.as_str())] {
        let answer = zipped(&mut priya, &[field]).await;
        assert_eq!((answer.status, answer.body.len()), (SEE_OTHER, 0));
    }
    let none = zipped(&mut anwen, &[("from", "/files?sort=name")]).await;
    assert_eq!(none.location(), "/files?sort=name");
    assert!(anwen.follow(&none).await.text().contains("Choose a file first."));
    let many = vec![("file", own.as_str()); 101];
    assert_eq!(
        zipped(&mut anwen, &many).await.status,
        200,
        "one file, however often it is named"
    );
    let withdrawn = [("file", own.as_str()), ("act", "withdraw"), ("from", "/files")];
    anwen.post("/files/change", &withdrawn).await;
    let gone = zipped(&mut anwen, &[("file", &own)]).await;
    assert_eq!((gone.status, gone.body.len()), (SEE_OTHER, 0));
});

on_both_engines!(
    an_export_holds_what_its_reader_sees_with_digests_and_no_path_that_climbs_out,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let (firm, keeper) = (&portal.house.firm, portal.house.tomasz());
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        kept(&portal, &mut tomasz, false).await;
        let folder: FolderId = library::add_folder(firm, &keeper, portal.marlowe(), None, "../../etc")
            .await
            .expect("a folder with a hostile name");
        library::change(firm, &keeper, &[papers.file], &[Act::Move(Some(folder))])
            .await
            .expect("moved");
        let client = portal.marlowe().to_string();
        let answer = zipped(&mut anwen, &[("client", &client)]).await;
        let seen = entries(answer.body);
        assert_eq!(names(&seen), ["-..-etc/Statement.pdf", "SHA256SUMS", "manifest.csv"]);
        let sums = String::from_utf8(seen["SHA256SUMS"].clone()).expect("text");
        let (sum, path) = sums.trim_end().split_once("  ").expect("a sum and a path");
        assert_eq!(path, "-..-etc/Statement.pdf");
        let page = anwen.get(&format!("/files/{}", papers.file)).await.text();
        assert!(
            page.replace(' ', "").contains(sum) || page.contains(&sum[..8]),
            "the receipt's digest"
        );
        let manifest = String::from_utf8(seen["manifest.csv"].clone()).expect("text");
        assert!(manifest.starts_with("path,bytes,sha256,received\n'-..-etc/Statement.pdf,7,"));

        let answer = zipped(&mut tomasz, &[("client", &client)]).await;
        assert!(
            names(&entries(answer.body)).contains(&"Working paper.pdf"),
            "staff get what is internal, too"
        );
        let mut imogen = portal
            .by_password(firm::testing::HOST, "imogen@harcourtpell.example")
            .await;
        let log = imogen.get("/office/audit").await.text();
        assert!(log.contains("downloaded all files of") && log.contains("2 files"));
    }
);

on_both_engines!(
    a_file_that_goes_while_a_zip_is_on_its_way_is_named_in_it,
    |house: House| async move {
        let portal = Portal::of(house);
        // More than waits for the line, so that packing has not come to the second file when the first bytes are here.
        let long = vec![7; 4 << 20];
        let first = portal.papers(&long).await.file;
        portal.house.advance(1);
        let second = portal.papers(b"figures").await.file;
        let tomasz = portal.tomasz().await;
        let form = format!("file={first}&file={second}");
        let request = tomasz
            .request(Method::POST, "/files/zip")
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut body = tomasz.opened(request.body(Body::from(form)).expect("a request")).await;
        let begun = body.frame().await.expect("a piece").expect("it opens");
        let mut bytes = begun.into_data().expect("bytes").to_vec();
        library::change(&portal.house.firm, &portal.house.anwen(), &[second], &[Act::Withdraw])
            .await
            .expect("withdrawn");
        bytes.extend_from_slice(&body.collect().await.expect("whole").to_bytes());
        let entries = entries(bytes);
        assert_eq!(names(&entries), ["Not included.txt", "Statement.pdf"]);
        assert_eq!(entries["Statement.pdf"], long);
        assert!(String::from_utf8_lossy(&entries["Not included.txt"]).contains("Statement (2).pdf"));
    }
);
