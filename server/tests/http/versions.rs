//! New versions of a file: the ones before stay, the other side sees it as new, and only its sender takes one back.

use crate::{browser::Browser, portal::Portal};
use domain::{FileId, library::Act};
use firm::{
    library, on_both_engines,
    testing::House,
    threads,
    uploads::{self, Declared, Destination},
};

async fn renewed(browser: &mut Browser, id: FileId, form: &str, name: &str, content: &[u8]) -> String {
    let file = id.to_string();
    let office = browser.get(&format!("/office/files/{id}")).await.status == 200;
    let from = if office {
        format!("/office/files/{id}")
    } else {
        format!("/files/{id}")
    };
    let fields = [("version", file.as_str()), ("from", &from), ("form", form)];
    let answer = browser.post_files(&fields, &[(name, content)]).await;
    assert_eq!(answer.location(), from);
    browser.follow(&answer).await.text()
}

on_both_engines!(
    a_new_version_is_what_is_downloaded_and_the_one_before_stays,
    |house: House| async move {
        let portal = Portal::of(house);
        let id = portal.papers(b"draft").await.file;
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        let content = format!("/files/{id}/content");
        assert_eq!(tomasz.get(&content).await.body, b"draft");
        assert!(!anwen.get("/files").await.text().contains(">New<"));
        let form = portal.form().to_string();
        let page = renewed(&mut tomasz, id, &form, "Statement, corrected.pdf", b"corrected").await;
        assert!(page.contains("The new version is here") && page.contains("Statement, corrected.pdf"));
        assert!(page.contains("Version 2") && page.contains("Version 1"));
        let again = renewed(&mut tomasz, id, &form, "Statement, corrected.pdf", b"corrected").await;
        assert!(!again.contains("Version 3"), "the same form twice makes one version");

        let list = anwen.get("/files").await.text();
        assert!(list.contains("Statement, corrected.pdf") && list.contains(">New<"));
        let new = anwen.get("/files?show=new").await.text();
        assert!(new.contains("Statement, corrected.pdf"));
        let newest = anwen.get(&content).await;
        assert_eq!(newest.body, b"corrected");
        assert!(
            newest
                .header("content-disposition")
                .contains("Statement, corrected.pdf")
        );
        let older = anwen.get(&format!("/files/{id}/versions/1/content")).await;
        assert_eq!(older.body, b"draft");
        assert!(older.header("content-disposition").contains("\"Statement.pdf\""));
        assert!(!anwen.get("/files").await.text().contains(">New<"));
        for none in ["0", "3", "-1", "x"] {
            assert_eq!(
                anwen.get(&format!("/files/{id}/versions/{none}/content")).await.status,
                404
            );
        }
        let office = tomasz.get(&format!("/office/files/{id}")).await.text();
        assert!(office.contains("First downloaded") && office.contains("Anwen Marlowe"));
    }
);

on_both_engines!(
    a_version_reaches_whoever_may_see_the_file_and_nobody_else,
    |house: House| async move {
        let portal = Portal::of(house);
        let id = portal.papers(b"draft").await.file;
        let mut priya = portal.priya().await;
        let (file, form) = (id.to_string(), portal.form().to_string());
        let fields = [("version", file.as_str()), ("from", "/files"), ("form", &form)];
        priya.post_files(&fields, &[("Mine.pdf", b"forged")]).await;
        assert_eq!(priya.get(&format!("/files/{id}/versions/1/content")).await.status, 404);
        let mut anwen = portal.anwen().await;
        assert_eq!(anwen.get(&format!("/files/{id}/content")).await.body, b"draft");
        let page = anwen.get(&format!("/files/{id}")).await.text();
        assert!(page.contains("Add this version") && !page.contains("Version 2"));
        // Nothing chosen, and two at once: each gets a sentence, and changes nothing.
        let none = anwen.post_files(&fields, &[]).await;
        assert_eq!(none.location(), "/files");
        let two = anwen.post_files(&fields, &[("A.pdf", b"a"), ("B.pdf", b"b")]).await;
        assert_eq!(two.location(), "/files");
        assert_eq!(anwen.get(&format!("/files/{id}/content")).await.body, b"draft");
        // A withdrawn file takes none.
        library::change(&portal.house.firm, &portal.house.anwen(), &[id], &[Act::Withdraw])
            .await
            .expect("withdrawn");
        let gone = anwen.post_files(&fields, &[("A.pdf", b"a")]).await;
        assert_eq!(gone.location(), "/files");
        assert!(
            !anwen
                .get(&format!("/files/{id}"))
                .await
                .text()
                .contains("Add this version")
        );
    }
);

on_both_engines!(
    its_sender_takes_the_newest_version_back_until_the_firm_opened_it,
    |house: House| async move {
        let portal = Portal::of(house);
        let id = portal.papers(b"draft").await.file;
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        tomasz.get(&format!("/files/{id}/content")).await;
        portal.house.advance(1_860);
        let (firm, client) = (&portal.house.firm, portal.house.anwen());
        let over = library::change(firm, &client, &[id], &[Act::Withdraw]).await;
        assert!(over.is_err(), "the firm opened the first version");
        let form = portal.form().to_string();
        renewed(&mut anwen, id, &form, "Wrong.pdf", b"somebody else's").await;
        portal.house.advance(1_860);
        assert!(
            anwen
                .get(&format!("/files/{id}"))
                .await
                .text()
                .contains("Withdraw this version")
        );
        library::change(firm, &client, &[id], &[Act::Withdraw])
            .await
            .expect("nobody opened the second");
        let mut tomasz = portal.tomasz().await;
        assert_eq!(tomasz.get(&format!("/files/{id}/content")).await.body, b"draft");
        assert_eq!(tomasz.get(&format!("/files/{id}/versions/2/content")).await.status, 404);
        let page = tomasz.get(&format!("/office/files/{id}")).await.text();
        assert!(page.contains("Statement.pdf") && !page.contains("Wrong.pdf"));
        portal.house.work().await.expect("the erasing job");
        // The next one gets the number that was freed, and is no more seen or taken back for that.
        let form = portal.form().to_string();
        renewed(&mut anwen, id, &form, "Right.pdf", b"right").await;
        tomasz.get(&format!("/files/{id}/content")).await;
        portal.house.advance(1_860);
        assert!(library::change(firm, &client, &[id], &[Act::Withdraw]).await.is_err());
        assert_eq!(anwen.get(&format!("/files/{id}/content")).await.body, b"right");
    }
);

on_both_engines!(
    an_upload_for_a_version_goes_with_no_message,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"draft").await;
        let (firm, anwen) = (&portal.house.firm, portal.house.anwen());
        let upload = portal.upload(b"next", 4, Destination::Version(papers.file)).await;
        let to = Destination::Client(portal.marlowe());
        let waiting = uploads::waiting(firm, &anwen, to).await.expect("a list");
        assert!(waiting.is_empty());
        let message = domain_message(&portal, upload);
        let refused = firm::messages::post(firm, &anwen, papers.thread, &message).await;
        assert!(refused.is_err());
        // And what came for a message is no version of another file.
        let other = portal.upload(b"more", 4, to).await;
        let form = portal.form();
        assert!(library::renew(firm, &anwen, papers.file, other, form).await.is_err());
        library::renew(firm, &anwen, papers.file, upload, form)
            .await
            .expect("its own file");
        let view = threads::open(firm, &anwen, papers.thread, None)
            .await
            .expect("the thread");
        assert_eq!(view.files[0].size, 4);
        let declared = Declared {
            name: "Other.pdf".to_owned(),
            length: Some(4),
            ..Declared::default()
        };
        let stranger = portal.house.priya();
        let theirs = uploads::begin(firm, &stranger, Destination::Version(papers.file), &declared).await;
        assert!(theirs.is_err());
    }
);

fn domain_message(portal: &Portal, upload: domain::UploadId) -> firm::messages::NewMessage {
    firm::messages::NewMessage {
        text: "Here.".to_owned(),
        uploads: vec![upload],
        form: portal.form(),
    }
}
