//! The second factor, devices and throttles over the real router.

use crate::portal::Portal;
use firm::{
    on_both_engines,
    testing::{HOST, House, code_of, give_app},
};
use http::StatusCode;

const TOMASZ: &str = "tomasz@harcourtpell.example";
const ANWEN: &str = "anwen@marlowe.example";

on_both_engines!(
    staff_see_nothing_before_their_second_factor,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.past_password(HOST, TOMASZ).await;
        assert!(!browser.cookies.contains_key("__Host-session"));
        for path in [
            "/office/inbox",
            "/office/files",
            "/account",
            "/account/factors",
            "/events",
        ] {
            let answer = browser.get(path).await;
            assert!(answer.location().starts_with("/sign-in?next="), "{path}");
        }
        assert_eq!(browser.get("/").await.status, 200, "the front door is the sign-in page");
        // What finds the step is no session, wherever it is put.
        let step = browser.cookies["__Host-link"].clone();
        browser.cookies.insert("__Host-session".to_owned(), step);
        assert!(
            browser
                .get("/office/inbox")
                .await
                .location()
                .starts_with("/sign-in?next=")
        );
    }
);

on_both_engines!(
    a_wrong_code_comes_back_with_the_tries_that_are_left,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.past_password(HOST, TOMASZ).await;
        let page = browser.get("/sign-in/factor").await.text();
        for wanted in ["autocomplete=\"one-time-code\"", "inputmode=\"numeric\"", "autofocus"] {
            assert!(page.contains(wanted), "{wanted}");
        }
        for left in ["4 tries", "3 tries", "2 tries", "1 try"] {
            let refused = browser
                .post("/api/give_code", &[("code", "000000"), ("from", "/sign-in/factor")])
                .await;
            assert_eq!(refused.location(), "/sign-in/factor");
            let page = browser.follow(&refused).await.text();
            assert!(page.contains(&format!("You have {left} left.")), "{left}");
            assert!(!page.contains("000000"), "a code never comes back");
        }
        let last = browser
            .post("/api/give_code", &[("code", "000000"), ("from", "/sign-in/factor")])
            .await;
        let page = browser.follow(&last).await.text();
        assert!(
            page.contains("Sign in again") && page.contains("too many wrong codes"),
            "{page}"
        );
    }
);

on_both_engines!(
    attack_19_ending_devices_ends_their_cookies_at_once,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut here = portal.anwen().await;
        let mut others = vec![portal.anwen().await, portal.anwen().await];
        let answer = here
            .post("/api/end_other_devices", &[("from", "/account/devices")])
            .await;
        assert_eq!(answer.location(), "/account/devices");
        assert!(
            here.follow(&answer)
                .await
                .text()
                .contains("All other devices are signed out.")
        );
        for other in &mut others {
            assert!(other.get("/home").await.location().starts_with("/sign-in?next="));
        }
        assert_eq!(here.get("/home").await.status, 200);
    }
);

on_both_engines!(nobody_ends_anybody_elses_device, |house: House| async move {
    let portal = Portal::of(house);
    let (mut anwen, mut priya) = (portal.anwen().await, portal.priya().await);
    anwen.get("/account/devices").await;
    let other = portal.anwen().await;
    let listed = anwen.get("/account/devices").await;
    let id = listed.hidden("id");
    let refused = priya
        .post("/api/end_device", &[("id", &id), ("from", "/account/devices")])
        .await;
    assert_eq!(refused.location(), "/account/devices");
    let mut other = other;
    assert_eq!(other.get("/home").await.status, 200);
    anwen
        .post("/api/end_device", &[("id", &id), ("from", "/account/devices")])
        .await;
    assert!(other.get("/home").await.location().starts_with("/sign-in?next="));
});

on_both_engines!(
    mission_58_a_remembered_device_needs_one_press_for_its_link,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.anwen().await;
        browser.post("/api/sign_out", &[]).await;
        let page = browser.get("/files").await;
        let page = browser.follow(&page).await;
        assert!(page.text().contains("an•••@marlowe.example"));
        assert!(!page.text().contains(ANWEN));
        let next = page.hidden("next");
        portal.house.advance(30);
        let before = portal.house.letters().len();
        let asked = browser
            .post("/api/ask_again", &[("next", &next), ("from", "/sign-in")])
            .await;
        assert_eq!(asked.location(), "/sign-in/sent");
        portal.house.work().await.expect("the queue");
        let letters = portal.house.letters();
        assert_eq!(letters.len(), before + 1);
        assert_eq!(letters[0].to, ANWEN);

        browser.post("/api/forget_device", &[("from", "/sign-in")]).await;
        assert!(!browser.cookies.contains_key("__Host-device"));
        assert!(!browser.get("/sign-in").await.text().contains("•••"));
    }
);

on_both_engines!(
    attack_17_a_fresh_proof_leads_nowhere_but_here,
    |house: House| async move {
        let portal = Portal::of(house);
        give_app(&portal.house.firm, ANWEN).await;
        let mut browser = portal.visitor();
        let letter = portal.ask_link(&mut browser, ANWEN, "").await;
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        assert_eq!(
            browser.post("/api/redeem_link", &fields).await.location(),
            "/sign-in/factor"
        );
        let code = code_of(&portal.house.firm, ANWEN).await;
        browser
            .post("/api/give_code", &[("code", &code), ("from", "//evil.example")])
            .await;
        for payload in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "evil",
            "",
        ] {
            let code = code_of(&portal.house.firm, ANWEN).await;
            let fields = [("code", code.as_str()), ("next", payload), ("from", payload)];
            let confirmed = browser.post("/api/confirm_by_app", &fields).await;
            assert_eq!(confirmed.location(), "/account/factors", "{payload:?}");
        }
        let code = code_of(&portal.house.firm, ANWEN).await;
        let fields = [
            ("code", code.as_str()),
            ("next", "/account/devices"),
            ("from", "/account/confirm"),
        ];
        assert_eq!(
            browser.post("/api/confirm_by_app", &fields).await.location(),
            "/account/devices"
        );
    }
);

on_both_engines!(
    attack_21_one_network_tries_ten_passwords_at_once_and_others_go_on,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        for number in 0..10 {
            let body = format!("address=somebody{number}%40elsewhere.example&password=wrong");
            let answer = browser.fetch(http::Method::POST, "/api/sign_in", &kind, body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let body = "address=tomasz%40harcourtpell.example&password=wrong";
        let answer = browser.fetch(http::Method::POST, "/api/sign_in", &kind, body).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (StatusCode::TOO_MANY_REQUESTS, "20")
        );
        portal.tomasz().await;
    }
);

on_both_engines!(
    a_second_mail_to_one_address_waits_known_or_not,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut told = Vec::new();
        for address in [ANWEN, "nobody@nowhere.example"] {
            let mut browser = portal.visitor();
            let fields = [("address", address), ("from", "/sign-in")];
            assert_eq!(browser.post("/api/ask_link", &fields).await.location(), "/sign-in/sent");
            let soon = browser.post("/api/ask_link", &fields).await;
            assert_eq!(soon.location(), "/sign-in");
            let page = browser.follow(&soon).await.text();
            assert!(page.contains("Please wait 30 seconds"));
            told.push(soon.status);
            portal.house.advance(30);
            assert_eq!(browser.post("/api/ask_link", &fields).await.location(), "/sign-in/sent");
        }
        assert_eq!(told[0], told[1]);
    }
);
