//! What the office says about mail, and the button for the firm's own website.

use crate::{
    browser::{Answer, Browser},
    html::Page,
    portal::Portal,
};
use firm::{
    Courier, on_both_engines,
    testing::{HOST, House, OTHER_HOST},
};

async fn imogen(portal: &Portal) -> Browser {
    portal.by_password(HOST, "imogen@harcourtpell.example").await
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().expect("ASCII"))
}

on_both_engines!(
    a_firm_without_a_mail_server_is_told_on_every_page_of_the_office,
    |house: House| async move {
        let house = House::open_with(house.engine, 7, |settings| settings.courier = Courier::None)
            .await
            .expect("a house");
        let portal = Portal::of(house);
        let mut owner = imogen(&portal).await;
        assert!(!owner.get("/account").await.text().contains("email waits"));
        let mut visitor = portal.visitor();
        let fields = [("address", "anwen@marlowe.example"), ("next", ""), ("from", "/sign-in")];
        visitor.post("/api/ask_link", &fields).await;
        portal.house.work().await.expect("worked");
        for path in ["/account", "/office/inbox"] {
            assert!(owner.get(path).await.text().contains("1 email waits"), "{path}");
        }
        let page = owner.get("/office/mail").await;
        assert_eq!(page.status, 200);
        for words in [
            "has no mail server",
            "One waits, sealed",
            "Anwen Marlowe",
            "Waiting",
            "[mail]",
        ] {
            assert!(page.text().contains(words), "{words}");
        }
        let mut member = portal.tomasz().await;
        assert!(
            !member.get("/account").await.text().contains("email waits"),
            "a member cannot mend it"
        );
        assert_eq!(member.get("/office/mail").await.status, 404);
    }
);

on_both_engines!(the_log_of_mails_is_narrowed_by_state, |house: House| async move {
    let portal = Portal::of(house);
    portal
        .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
        .await;
    let mut owner = imogen(&portal).await;
    let sent = owner.get("/office/mail?state=sent").await;
    assert!(sent.text().contains("Anwen Marlowe"));
    let bounced = owner.get("/office/mail?state=bounced").await;
    assert!(!bounced.text().contains("Anwen Marlowe") && bounced.text().contains("Nothing is bounced"));
    let odd = owner.get("/office/mail?state=odd&page=x").await;
    assert!(odd.text().contains("Anwen Marlowe"), "what is no state narrows nothing");
});

// MISSION 43: "Login to Client Portal button on your website".
on_both_engines!(
    an_admin_copies_a_ready_button_for_the_website,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut owner = imogen(&portal).await;
        let page = owner.get("/office/settings/button").await;
        let origin = format!("https://{HOST}");
        let pasted = Page::read(&page.text()).texts("textarea");
        assert!(pasted[0].contains(&format!("<a href=\"{origin}/\">Client login</a>")));
        assert_eq!(pasted[1], format!("<a href=\"{origin}/\">Client login</a>"));
        let fields = [
            ("look", "outline"),
            ("words", "My <b> & yours"),
            ("from", "/office/settings/button"),
        ];
        let saved = owner.post("/api/save_button", &fields).await;
        assert_eq!(saved.location(), "/office/settings/button");
        let page = owner.follow(&saved).await;
        assert!(page.text().contains("Saved."));
        let pasted = Page::read(&page.text()).texts("textarea");
        let link = format!("<a href=\"{origin}/\">My &lt;b&gt; &amp; yours</a>");
        assert_eq!(pasted[1], link, "words are words on the website, too");
        let script = portal.visitor().get("/button.js").await;
        assert!(script.text().contains(r#""words":"My <b> & yours""#) && script.text().contains(r#""look":"outline""#));
        assert!(script.text().contains(&format!(r#""address":"{origin}/""#)));
    }
);

on_both_engines!(a_refused_button_keeps_what_was_typed, |house: House| async move {
    let portal = Portal::of(house);
    let mut owner = imogen(&portal).await;
    let long = "x".repeat(60);
    let fields = [("look", "quiet"), ("words", &long), ("from", "/office/settings/button")];
    let refused = owner.post("/api/save_button", &fields).await;
    assert_eq!(refused.location(), "/office/settings/button");
    let page = owner.follow(&refused).await;
    assert!(page.text().contains(&long) && page.text().contains("20 characters too long"));
    let script = portal.visitor().get("/button.js").await;
    assert!(script.text().contains("Client login"), "nothing was changed");
});

on_both_engines!(
    the_buttons_script_knows_nobody_and_may_stand_on_any_page,
    |house: House| async move {
        let portal = Portal::of(house);
        let stranger = portal.visitor().get("/button.js").await;
        let known = portal.anwen().await.get("/button.js").await;
        assert_eq!(stranger.body, known.body, "signed in or not, it is the same");
        for answer in [&stranger, &known] {
            assert_eq!(header(answer, "cross-origin-resource-policy"), "cross-origin");
            assert_eq!(header(answer, "cache-control"), "public, max-age=3600");
            assert_eq!(header(answer, "content-type"), "text/javascript; charset=utf-8");
            assert_eq!(header(answer, "set-cookie"), "");
            assert_eq!(header(answer, "access-control-allow-origin"), "");
            assert!(answer.body.len() < 6 * 1024);
        }
        let mut elsewhere = Browser::new(portal.router.clone(), OTHER_HOST);
        let other = elsewhere.get("/button.js").await;
        assert!(!other.text().contains("Harcourt"), "each firm has its own");
        let theme = portal.visitor().get("/theme.css").await;
        assert_eq!(
            header(&theme, "cross-origin-resource-policy"),
            "same-origin",
            "and nothing else may"
        );
    }
);
