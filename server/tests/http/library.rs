//! The library of files as plain forms: found by address, changed by ticks, and what each side may do.

use crate::{
    browser::{Browser, multipart},
    portal::Portal,
};
use domain::FileId;
use firm::{files, on_both_engines, testing::House};
use http::Method;

/// Puts a file into Marlowe's library as staff do, without scripts, and says its id.
pub async fn kept(portal: &Portal, staff: &mut Browser, shared: bool) -> FileId {
    kept_as(portal, staff, shared, "Working paper.pdf", b"%PDF figures").await
}

/// As [`kept`], under this name and with this content.
pub async fn kept_as(portal: &Portal, staff: &mut Browser, shared: bool, name: &str, content: &[u8]) -> FileId {
    let (client, form) = (portal.marlowe().to_string(), portal.form().to_string());
    let mut fields = vec![
        ("library", "yes"),
        ("client", client.as_str()),
        ("form", form.as_str()),
        ("from", "/office/files"),
    ];
    if shared {
        fields.push(("shared", "yes"));
    }
    let sent = staff.post_files(&fields, &[(name, content)]).await;
    assert_eq!(sent.location(), "/office/files");
    let page = staff.follow(&sent).await.text();
    let (_, row) = page.split_once(&format!("Choose {name}")).expect("its row");
    let (_, rest) = row.split_once("/office/files/").expect("a link to its page");
    rest[..32].parse().expect("an id")
}

/// Posts the ticks of the list by name, and reads the page that comes.
async fn changed(browser: &mut Browser, fields: Vec<(&str, String)>) -> String {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post("/files/change", &fields).await;
    assert_eq!(answer.location(), "/office/files?sort=name");
    browser.follow(&answer).await.text()
}

on_both_engines!(
    staff_keep_a_file_internal_then_share_it_and_the_client_sees_it,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        let id = kept(&portal, &mut tomasz, false).await;
        let (page, content) = (format!("/files/{id}"), format!("/files/{id}/content"));
        let mut priya = portal.priya().await;
        for browser in [&mut anwen, &mut priya] {
            assert_eq!(browser.get(&page).await.status, 404);
            assert_eq!(browser.get(&content).await.status, 404);
            assert!(!browser.get("/files").await.text().contains("Working paper"));
        }
        let office = format!("/office/files/{id}");
        assert!(tomasz.get(&office).await.text().contains("Internal"));
        let file = id.to_string();
        let fields = [("file", file.as_str()), ("act", "share"), ("from", office.as_str())];
        let shared = tomasz.post("/files/change", &fields).await;
        assert_eq!(shared.location(), office);
        assert!(tomasz.follow(&shared).await.text().contains("The client sees it"));
        assert_eq!(anwen.get(&page).await.status, 200);
        assert_eq!(anwen.get(&content).await.body, b"%PDF figures");
        assert_eq!(priya.get(&page).await.status, 404);
        assert_eq!(priya.get(&content).await.status, 404);
        let opened = tomasz.get(&office).await.text();
        assert!(opened.contains("Anwen Marlowe") && opened.contains("First downloaded"));
    }
);

on_both_engines!(
    a_contact_withdraws_their_own_file_and_nobody_downloads_it_any_more,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        let (page, content) = (
            format!("/files/{}", papers.file),
            format!("/files/{}/content", papers.file),
        );
        assert!(anwen.get(&page).await.text().contains("Withdraw file"));
        let file = papers.file.to_string();
        let fields = [("file", file.as_str()), ("act", "withdraw"), ("from", page.as_str())];
        // The contact of another client learns nothing, and changes nothing.
        let mut priya = portal.priya().await;
        let turned = priya.post("/files/change", &fields).await;
        assert!(priya.follow(&turned).await.status == 404);
        assert_eq!(anwen.get(&content).await.status, 200);
        let done = anwen.post("/files/change", &fields).await;
        assert_eq!(done.location(), page);
        let shown = anwen.follow(&done).await.text();
        assert!(shown.contains("Withdrawn by Anwen Marlowe") && !shown.contains("Withdraw file"));
        for browser in [&mut anwen, &mut tomasz] {
            assert_eq!(browser.get(&content).await.status, 404);
        }
        let thread = tomasz.get(&format!("/office/inbox/{}", papers.thread)).await.text();
        assert!(
            thread.contains("Withdrawn by Anwen Marlowe"),
            "a tombstone in the thread"
        );
        assert!(tomasz.get("/office/files").await.text().contains("Withdrawn by"));
    }
);

on_both_engines!(
    ticked_files_are_changed_together_and_a_refusal_says_why,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut tomasz = portal.tomasz().await;
        let kept = kept(&portal, &mut tomasz, true).await.to_string();
        let sent = papers.file.to_string();
        let list = "/office/files?sort=name";
        let both = |act: &'static str| {
            let (kept, sent) = (kept.clone(), sent.clone());
            vec![
                ("file", kept),
                ("file", sent),
                ("act", act.to_owned()),
                ("from", list.to_owned()),
            ]
        };
        let mut fields = both("apply");
        fields.extend([("tag", "VAT".to_owned()), ("year", "2026".to_owned())]);
        assert!(changed(&mut tomasz, fields).await.contains("Changed."));
        let tagged = tomasz.get("/office/files?tag=VAT&year=2026").await.text();
        assert!(tagged.contains("Working paper.pdf") && tagged.contains("Statement.pdf"));
        assert!(
            tomasz
                .get("/office/files?tag=Payroll")
                .await
                .text()
                .contains("No file fits")
        );
        let refused = changed(&mut tomasz, both("hide")).await;
        assert!(refused.contains("came with a message"), "the reason names the file");
        let none = vec![("act", "trash".to_owned()), ("from", list.to_owned())];
        assert!(changed(&mut tomasz, none).await.contains("Choose a file first."));
        assert!(changed(&mut tomasz, both("trash")).await.contains("In the trash."));
        assert!(
            tomasz
                .get("/office/files?show=trash")
                .await
                .text()
                .contains("Statement.pdf")
        );
        let mut anwen = portal.anwen().await;
        assert!(!anwen.get("/files").await.text().contains("Statement.pdf"));
        assert!(!anwen.get("/files?show=trash").await.text().contains("Statement.pdf"));
        assert!(changed(&mut tomasz, both("restore")).await.contains("Out of the trash"));
        let content = files::content(&portal.house.firm, &portal.house.anwen(), papers.file).await;
        assert!(content.is_ok());
    }
);

on_both_engines!(a_refused_folder_comes_back_as_it_was_typed, |house: House| async move {
    let portal = Portal::of(house);
    let mut tomasz = portal.tomasz().await;
    let client = portal.marlowe().to_string();
    let list = format!("/office/files?client={client}");
    let fields = [
        ("client", client.as_str()),
        ("name", "Accounts"),
        ("from", list.as_str()),
    ];
    let added = tomasz.post("/api/add_folder", &fields).await;
    assert!(added.location().starts_with(&format!("{list}&folder=")));
    let again = tomasz.post("/api/add_folder", &fields).await;
    assert_eq!(again.location(), list);
    let page = tomasz.follow(&again).await.text();
    assert!(page.contains("There is a folder of this name already"));
    assert!(page.contains("value=\"Accounts\""));
    let fields = [
        ("library", "yes"),
        ("client", client.as_str()),
        ("form", "x"),
        ("from", list.as_str()),
    ];
    let refused = tomasz.post_files(&fields, &[]).await;
    assert_eq!(refused.location(), list);
});

on_both_engines!(
    a_script_that_sends_files_is_told_where_to_go_and_the_page_says_once_what_was_done,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut tomasz = portal.tomasz().await;
        let (client, once) = (portal.marlowe().to_string(), portal.form().to_string());
        let list = format!("/office/files?client={client}");
        let fields = [
            ("library", "yes"),
            ("client", client.as_str()),
            ("form", once.as_str()),
            ("from", list.as_str()),
        ];
        for (file, status, said) in [(&b"%PDF"[..], 201, "Added to the library."), (b"", 422, "no content")] {
            let (kind, body) = multipart(&fields, &[("Scan.pdf", file)]);
            let headers = [("accept", "application/json"), ("content-type", kind.as_str())];
            let answer = tomasz.fetch(Method::POST, "/uploads/form", &headers, body).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (status, list.as_str()));
            assert!(tomasz.get(&list).await.text().contains(said));
            assert!(
                !tomasz.get(&list).await.text().contains("Added to the library."),
                "said once"
            );
        }
    }
);
