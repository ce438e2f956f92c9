//! Passkeys over the real router: what a browser's script fetches, and what its form brings.

use crate::{
    browser::{Answer, Browser},
    portal::Portal,
};
use firm::{
    on_both_engines,
    testing::{Authenticator, HOST, House, OTHER_HOST, give_passkey},
};
use http::{Method, StatusCode};

const ANWEN: &str = "anwen@marlowe.example";
const TOMASZ: &str = "tomasz@harcourtpell.example";
pub const ORIGIN: &str = "https://portal.harcourtpell.example";

/// What `doors.js` fetches at a press.
pub async fn fetched(browser: &mut Browser, ask: &str) -> String {
    let answer = browser.fetch(Method::POST, ask, &[], "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_str(&answer.text()).expect("options as text in JSON")
}

async fn by_passkey(browser: &mut Browser, authenticator: &mut Authenticator, next: &str) -> Answer {
    let options = fetched(browser, "/api/ask_passkey").await;
    let answer = authenticator.sign(&options, ORIGIN).expect("signed");
    let fields = [("answer", answer.as_str()), ("next", next), ("from", "/sign-in")];
    browser.post("/api/sign_in_by_passkey", &fields).await
}

on_both_engines!(
    a_passkey_signs_staff_and_contacts_in_by_itself,
    |house: House| async move {
        let portal = Portal::of(house);
        for (address, home) in [(TOMASZ, "/office/inbox"), (ANWEN, "/home")] {
            let mut authenticator = give_passkey(&portal.house.firm, address, HOST).await;
            let mut browser = portal.visitor();
            let entered = by_passkey(&mut browser, &mut authenticator, "").await;
            assert_eq!(entered.location(), home);
            assert_eq!(browser.follow(&entered).await.status, 200);
            let mut other = portal.visitor();
            let entered = by_passkey(&mut other, &mut authenticator, "//evil.example").await;
            assert_eq!(entered.location(), home, "and leads nowhere but here");
        }
    }
);

on_both_engines!(
    the_button_waits_for_a_script_and_every_other_way_is_there_without,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        for (page, other) in [("/sign-in", "/api/ask_link"), ("/sign-in/manually", "/api/sign_in")] {
            let text = browser.get(page).await.text();
            let (before, after) = text.split_once("data-ask=\"/api/ask_passkey\"").expect("the form");
            let attributes = [before.rsplit("<form").next(), after.split('>').next()];
            assert!(
                attributes.iter().flatten().any(|some| some.contains(" hidden")),
                "{attributes:?}"
            );
            assert!(text.contains(other), "{page}");
        }
        let mut anwen = portal.anwen().await;
        let page = anwen.get("/account/factors").await.text();
        assert!(page.contains("The authenticator app works without."), "{page}");
    }
);

on_both_engines!(
    every_answer_that_does_not_hold_gets_one_page,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = give_passkey(&portal.house.firm, ANWEN, HOST).await;
        portal.foreigner().await;
        let mut stranger = give_passkey(&portal.house.other, "odd@lark.example", OTHER_HOST).await;
        let mut pages = Vec::new();
        for case in 0..4 {
            let mut browser = portal.visitor();
            let options = fetched(&mut browser, "/api/ask_passkey").await;
            let answer = match case {
                0 => String::new(),
                1 => anwen.sign(&options, "https://portal.lark.example").expect("signed"),
                2 => stranger.sign_as(b"unknown", &options, ORIGIN).expect("signed"),
                _ => "{\"id\":".to_owned(),
            };
            let fields = [("answer", answer.as_str()), ("next", "/files"), ("from", "/sign-in")];
            let refused = browser.post("/api/sign_in_by_passkey", &fields).await;
            assert_eq!(refused.location(), "/sign-in", "{case}");
            assert!(!browser.cookies.contains_key("__Host-session"));
            let page = browser.follow(&refused).await.text();
            assert!(page.contains("No passkey was taken."), "{page}");
            pages.push(page.contains("Email me a link"));
        }
        assert_eq!(pages, [true; 4], "the other ways stay");
    }
);

on_both_engines!(
    a_question_changes_nothing_that_is_asked_for_by_get,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        for ask in ["/api/ask_passkey", "/api/sign_in_by_passkey"] {
            assert_eq!(browser.get(ask).await.status, StatusCode::METHOD_NOT_ALLOWED, "{ask}");
        }
        // And another site's page does not make a browser ask.
        let request = browser
            .request(Method::POST, "/api/ask_passkey")
            .header("sec-fetch-site", "cross-site")
            .body(axum::body::Body::empty())
            .expect("a request");
        assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN);
    }
);

on_both_engines!(one_network_asks_ten_times_and_then_waits, |house: House| async move {
    let portal = Portal::of(house);
    let mut browser = portal.visitor();
    for _ in 0..10 {
        fetched(&mut browser, "/api/ask_passkey").await;
    }
    let answer = browser.fetch(Method::POST, "/api/ask_passkey", &[], "").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    fetched(&mut portal.visitor(), "/api/ask_passkey").await;
});

on_both_engines!(
    a_contact_adds_a_passkey_and_is_asked_for_it_after_a_link,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.anwen().await;
        let options = fetched(&mut browser, "/api/ask_new_passkey").await;
        let mut authenticator = Authenticator::new(3);
        let answer = authenticator.make(&options, ORIGIN).expect("made");
        let fields = [("answer", answer.as_str()), ("from", "/account/factors")];
        let added = browser.post("/api/add_passkey", &fields).await;
        assert_eq!(added.location(), "/account/factors/codes");
        assert!(browser.follow(&added).await.text().contains("code-sheet"));
        browser
            .post("/api/own_codes_kept", &[("from", "/account/factors/codes")])
            .await;
        let page = browser.get("/account/factors").await;
        assert!(page.text().contains("Not used yet") && page.text().contains("10 are unused."));

        let id = page.hidden("id");
        let fields = [("id", id.as_str()), ("name", ""), ("from", "/account/factors")];
        let refused = browser.post("/api/rename_passkey", &fields).await;
        assert!(browser.follow(&refused).await.text().contains("Fill this in."));
        let fields = [
            ("id", id.as_str()),
            ("name", "Blue phone"),
            ("from", "/account/factors"),
        ];
        let renamed = browser.post("/api/rename_passkey", &fields).await;
        assert!(browser.follow(&renamed).await.text().contains("Blue phone"));

        let mut later = portal.visitor();
        let letter = portal.ask_link(&mut later, ANWEN, "").await;
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        let step = later.post("/api/redeem_link", &fields).await;
        assert_eq!(step.location(), "/sign-in/factor");
        let page = later.follow(&step).await.text();
        assert!(
            page.contains("/api/ask_step_passkey") && page.contains("Recovery code"),
            "{page}"
        );
        let options = fetched(&mut later, "/api/ask_step_passkey").await;
        let answer = authenticator.sign(&options, ORIGIN).expect("signed");
        let fields = [("answer", answer.as_str()), ("from", "/sign-in/factor")];
        assert_eq!(later.post("/api/give_passkey", &fields).await.location(), "/home");

        let fields = [("id", id.as_str()), ("from", "/account/factors")];
        let removed = browser.post("/api/remove_passkey", &fields).await;
        assert!(
            browser
                .follow(&removed)
                .await
                .text()
                .contains("The passkey is removed.")
        );
    }
);

on_both_engines!(
    attack_4_a_passkey_of_another_firm_opens_nothing_here,
    |house: House| async move {
        let portal = Portal::of(house);
        portal.foreigner().await;
        let mut odd = give_passkey(&portal.house.other, "odd@lark.example", OTHER_HOST).await;
        let mut browser = portal.visitor();
        let options = fetched(&mut browser, "/api/ask_passkey").await;
        assert!(
            odd.sign(&options, ORIGIN).is_none(),
            "the authenticator finds none for this host"
        );
        let answer = odd.sign_as(b"", &options, ORIGIN).expect("signed");
        let fields = [("answer", answer.as_str()), ("from", "/sign-in")];
        let refused = browser.post("/api/sign_in_by_passkey", &fields).await;
        assert_eq!(refused.location(), "/sign-in");
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
);
