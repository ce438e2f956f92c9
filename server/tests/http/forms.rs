//! Plain forms: a refused one comes back filled in, and nothing typed can become markup.

use crate::portal::Portal;
use domain::limits;
use firm::{on_both_engines, testing::House, threads};

const ATTACK: &str = "</textarea></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

on_both_engines!(
    a_refused_form_comes_back_filled_in_with_its_reason,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        let refused = visitor
            .post(
                "/api/ask_link",
                &[("address", "anwen.marlowe.example"), ("from", "/sign-in")],
            )
            .await;
        assert_eq!(
            refused.location(),
            "/sign-in",
            "neither error nor text stands in the address"
        );
        let page = visitor.follow(&refused).await;
        assert!(page.text().contains("value=\"anwen.marlowe.example\""));
        assert!(page.text().contains("does not look like an email address"));

        let fields = [
            ("address", "tomasz@harcourtpell.example"),
            ("password", "a wrong passphrase"),
            ("from", "/sign-in/manually"),
        ];
        let refused = visitor.post("/api/sign_in", &fields).await;
        let page = visitor.follow(&refused).await;
        assert!(page.text().contains("value=\"tomasz@harcourtpell.example\""));
        assert!(
            !page.text().contains("a wrong passphrase"),
            "a password never comes back"
        );
        let fields = [
            ("address", "tomasz@harcourtpell.example"),
            ("password", firm::testing::PASSWORD),
            ("from", "/sign-in/manually"),
        ];
        visitor.post("/api/sign_in", &fields).await;
        assert!(
            !visitor.cookies.contains_key("__Host-flash"),
            "an accepted post is done with its flash"
        );
    }
);

on_both_engines!(
    a_refused_message_keeps_its_text_and_sends_nothing,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let path = format!("/threads/{}", papers.thread);
        let page = anwen.get(&path).await;
        let form = page.hidden("form");
        let thread = papers.thread.to_string();
        let long = "é".repeat(limits::MESSAGE_CHARS + 1);
        let mut fields = vec![
            ("thread", thread.as_str()),
            ("text", &long),
            ("form", &form),
            ("from", &path),
        ];
        let refused = anwen.post_files(&fields, &[]).await;
        assert_eq!(refused.location(), path);
        let page = anwen.follow(&refused).await;
        assert!(page.text().contains(&long) && page.text().contains("1 character too long"));
        fields[1] = ("text", "kept words");
        let empty: &[(&str, &[u8])] = &[("empty.pdf", b"")];
        let refused = anwen.post_files(&fields, empty).await;
        let page = anwen.follow(&refused).await;
        assert!(page.text().contains("kept words") && page.text().contains("has no content"));
        let count = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
            .await
            .expect("open")
            .messages
            .len();
        assert_eq!(count, 1);
        fields[1] = ("text", "");
        let refused = anwen.post_files(&fields, &[("", b"")]).await;
        let page = anwen.follow(&refused).await;
        assert!(page.text().contains("Write a message or attach a file"));
    }
);

on_both_engines!(the_same_form_twice_is_one_message, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let path = format!("/threads/{}", papers.thread);
    let form = anwen.get(&path).await.hidden("form");
    let thread = papers.thread.to_string();
    let fields = [
        ("thread", thread.as_str()),
        ("text", "pressed twice"),
        ("form", &form),
        ("from", &path),
    ];
    let mut again = anwen.clone();
    let file: &[(&str, &[u8])] = &[("invoice.pdf", b"%PDF")];
    let (first, second) = tokio::join!(anwen.post_files(&fields, file), again.post_files(&fields, file));
    assert_eq!((first.location(), second.location()), (path.as_str(), path.as_str()));
    let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
        .await
        .expect("open");
    let sent: Vec<_> = view
        .messages
        .iter()
        .filter(|message| message.text == "pressed twice")
        .collect();
    assert_eq!((sent.len(), sent[0].files.len()), (1, 1));
});

on_both_engines!(a_new_thread_can_be_begun_with_a_plain_form, |house: House| async move {
    let portal = Portal::of(house);
    let mut anwen = portal.anwen().await;
    let form = anwen.get("/threads/new").await.hidden("form");
    let client = portal.marlowe().to_string();
    let mut fields = vec![
        ("client", client.as_str()),
        ("subject", ""),
        ("text", "about the kiln"),
        ("form", &form),
        ("from", "/threads/new"),
    ];
    let page = anwen.post_files(&fields, &[]).await;
    let page = anwen.follow(&page).await;
    assert!(page.text().contains("about the kiln") && page.text().contains("Say in a few words"));
    fields[1] = ("subject", "The new kiln");
    let began = anwen.post_files(&fields, &[("plan.pdf", b"%PDF")]).await;
    assert!(began.location().starts_with("/threads/"), "{}", began.location());
    let page = anwen.follow(&began).await;
    assert!(page.text().contains("The new kiln") && page.text().contains("plan.pdf"));
    let again = anwen.get("/threads/new").await;
    assert!(
        !again.text().contains("about the kiln"),
        "what was accepted does not come back"
    );
});

on_both_engines!(
    what_was_written_while_signed_out_is_there_after_signing_in,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let path = format!("/threads/{}", papers.thread);
        let form = anwen.get(&path).await.hidden("form");
        anwen.cookies.remove("__Host-session");
        let thread = papers.thread.to_string();
        let fields = [
            ("thread", thread.as_str()),
            ("text", "written too late"),
            ("form", &form),
            ("from", &path),
        ];
        let turned = anwen.post_files(&fields, &[("a.pdf", b"%PDF")]).await;
        assert!(turned.location().starts_with("/sign-in?next="), "{}", turned.location());
        let next = anwen.follow(&turned).await.hidden("next");
        assert_eq!(next, path);
        portal.house.advance(30);
        let letter = portal.ask_link(&mut anwen, "anwen@marlowe.example", &next).await;
        let entered = anwen
            .post(
                "/api/redeem_link",
                &[("id", &letter.id), ("secret", &letter.secret), ("from", "/")],
            )
            .await;
        assert_eq!(entered.location(), path);
        let page = anwen.follow(&entered).await;
        assert!(page.text().contains("written too late"));
        assert!(!anwen.cookies.contains_key("__Host-flash"));
    }
);

on_both_engines!(nothing_typed_becomes_markup, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut anwen = portal.anwen().await;
    let path = format!("/threads/{}", papers.thread);
    let form = anwen.get(&path).await.hidden("form");
    let thread = papers.thread.to_string();
    let check = |place: &str, text: &str| {
        assert!(
            !text.contains("<script>alert") && !text.contains("<img src=x"),
            "{place}"
        );
        assert!(!text.contains("</textarea></title>"), "{place}");
        assert!(text.contains("alert(1)"), "{place}: it is shown, as text");
    };
    // Refused: in the text area, from draft and flash.
    let long = format!("{ATTACK}{}", "x".repeat(limits::MESSAGE_CHARS));
    let fields = [
        ("thread", thread.as_str()),
        ("text", &long),
        ("form", &form),
        ("from", &path),
    ];
    let refused = anwen.post_files(&fields, &[]).await;
    check("composer", &anwen.follow(&refused).await.text());
    // Accepted: in the message, in lists, and in a subject, which stands in the title.
    let client = portal.marlowe().to_string();
    let form = anwen.get("/threads/new").await.hidden("form");
    let fields = [
        ("client", client.as_str()),
        ("subject", ATTACK),
        ("text", ATTACK),
        ("form", &form),
        ("from", "/threads/new"),
    ];
    let began = anwen.post_files(&fields, &[(&ATTACK.replace('"', "%22"), b"x")]).await;
    check("thread", &anwen.follow(&began).await.text());
    check("threads", &anwen.get("/threads").await.text());
    check("files", &anwen.get("/files").await.text());
    check("home", &anwen.get("/home").await.text());
    check("inbox", &portal.tomasz().await.get("/office/inbox").await.text());
    let mut visitor = portal.visitor();
    let refused = visitor
        .post("/api/ask_link", &[("address", ATTACK), ("from", "/sign-in")])
        .await;
    check("sign-in", &visitor.follow(&refused).await.text());
});

on_both_engines!(
    a_form_over_the_limit_is_refused_with_a_sentence,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        let answer = visitor
            .post("/api/ask_link", &[("address", &"x".repeat(limits::FORM_BYTES + 1))])
            .await;
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("more than a form takes"));
    }
);

on_both_engines!(one_page_says_that_nothing_is_there, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    let mut priya = portal.priya().await;
    let unknown = "0".repeat(32);
    let mut pages = Vec::new();
    for path in [
        format!("/threads/{}", papers.thread),
        format!("/threads/{unknown}"),
        "/threads/not-an-id".to_owned(),
        format!("/files/{}/content", papers.file),
        format!("/files/{unknown}/content"),
        "/office/inbox".to_owned(),
        "/no/such/page".to_owned(),
    ] {
        let answer = priya.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        pages.push((path, answer.text()));
    }
    for (path, page) in &pages {
        assert_eq!(page, &pages[0].1, "{path}");
    }
});

on_both_engines!(
    a_file_of_several_parts_goes_through_a_plain_form,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let path = format!("/threads/{}", papers.thread);
        let form = anwen.get(&path).await.hidden("form");
        let thread = papers.thread.to_string();
        let fields = [
            ("thread", thread.as_str()),
            ("text", ""),
            ("form", &form),
            ("from", &path),
        ];
        let large: Vec<u8> = (0..17_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
        let small: &[u8] = b"beside it";
        let sent = anwen
            .post_files(&fields, &[("Large scan.tif", large.as_slice()), ("note.txt", small)])
            .await;
        assert_eq!(sent.location(), path);
        let view = threads::open(&portal.house.firm, &portal.house.anwen(), papers.thread, None)
            .await
            .expect("open");
        let files = &view.messages[1].files;
        assert_eq!((files.len(), files[0].size), (2, 17_000_000));
        let content = anwen.get(&format!("/files/{}/content", files[0].id)).await;
        assert!(content.body == large, "byte for byte");
    }
);
