//! Resets of a password and changes of an address over the real router.

use crate::{
    browser::Browser,
    portal::{LinkLetter, Portal},
};
use firm::{
    on_both_engines,
    testing::{House, PASSWORD, code_of},
};

const ANWEN: &str = "anwen@marlowe.example";
const TOMASZ: &str = "tomasz@harcourtpell.example";
const NEW: &str = "nine brown hens by the kiln";

/// The words of the link of a page that leads to `place`.
fn link_to(page: &str, place: &str) -> String {
    let (_, rest) = page.split_once(&format!("href=\"{place}\"")).expect("a link");
    let (_, rest) = rest.split_once('>').expect("its words");
    let (words, _) = rest.split_once("</a>").expect("its end");
    words.replace("<!>", "")
}

/// Asks for a reset, and reads its mail. Anwen has been in before, so there is an access that a password opens.
pub async fn ask_reset(portal: &Portal, browser: &mut Browser, address: &str) -> LinkLetter {
    portal.anwen().await;
    let fields = [("address", address), ("from", "/sign-in/help")];
    let answer = browser.post("/api/ask_reset", &fields).await;
    assert_eq!(answer.location(), "/sign-in/help/sent");
    portal.letter(address, "/reset/").await
}

/// Begins a reset with the secret of its link.
pub async fn begin_reset(browser: &mut Browser, letter: &LinkLetter) {
    let here = format!("/reset/{}", letter.id);
    let begin = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", &here)];
    assert_eq!(browser.post("/api/begin_reset", &begin).await.location(), here);
}

/// Asks for another address as somebody who is signed in, and reads the mail that goes there.
pub async fn ask_address(portal: &Portal, browser: &mut Browser, new: &str) -> LinkLetter {
    let asked = browser
        .post("/api/ask_address", &[("address", new), ("from", "/account")])
        .await;
    assert_eq!(asked.location(), "/account/address");
    portal.letter(new, "/account/address/").await
}

on_both_engines!(
    mission_64_the_path_of_a_reset_has_exactly_these_words,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        let page = browser.get("/sign-in").await.text();
        assert_eq!(link_to(&page, "/sign-in/manually"), "Sign in manually instead");
        let page = browser.get("/sign-in/manually").await.text();
        assert_eq!(link_to(&page, "/sign-in/help"), "Get help signing in");
        let page = browser.get("/sign-in/help").await.text();
        assert!(page.contains("Reset Password") && page.contains("<label for=\"address\""));

        let letter = ask_reset(&portal, &mut browser, ANWEN).await;
        let here = format!("/reset/{}", letter.id);
        let page = browser.get(&here).await.text();
        assert!(
            !page.contains("anwen") && !page.contains("marlowe"),
            "the id alone tells nothing"
        );
        // Without scripts the code of the mail is typed.
        let fields = [("id", letter.id.as_str()), ("code", &letter.code), ("from", &here)];
        assert_eq!(browser.post("/api/begin_reset_by_code", &fields).await.location(), here);
        let page = browser.get(&here).await.text();
        assert!(page.contains("autocomplete=\"new-password\"") && page.contains("At least 15 characters"));
        let fields = [("id", letter.id.as_str()), ("password", "short"), ("from", &here)];
        let refused = browser.post("/api/finish_reset", &fields).await;
        assert_eq!(refused.location(), here);
        assert!(
            browser
                .follow(&refused)
                .await
                .text()
                .contains("too short: a password needs 15")
        );
        let fields = [("id", letter.id.as_str()), ("password", NEW), ("from", &here)];
        let set = browser.post("/api/finish_reset", &fields).await;
        assert_eq!(set.location(), "/account/devices");
        let page = browser.follow(&set).await.text();
        assert!(page.contains("Your password is set.") && page.contains("This device"));
        assert!(browser.get(&here).await.text().contains("This link was used already"));
    }
);

on_both_engines!(
    attack_13_a_reset_looks_alike_for_known_and_unknown_addresses,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut answers = Vec::new();
        for address in [ANWEN, "nobody@nowhere.example", TOMASZ] {
            let mut browser = portal.visitor();
            let fields = [("address", address), ("from", "/sign-in/help")];
            let answer = browser.post("/api/ask_reset", &fields).await;
            let page = browser.follow(&answer).await;
            let policy = page.header("content-security-policy").to_owned();
            let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
            let nonce = rest.split('\'').next().expect("a nonce").to_owned();
            assert!(!page.text().contains(address));
            answers.push((
                answer.status,
                answer.location().to_owned(),
                page.text().replace(&nonce, ""),
            ));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    }
);

on_both_engines!(
    attack_11_a_scanner_that_opens_and_even_presses_uses_no_reset_up,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut owner = portal.visitor();
        let letter = ask_reset(&portal, &mut owner, ANWEN).await;
        let here = format!("/reset/{}", letter.id);
        let begin = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", &here)];
        for _ in 0..3 {
            let mut scanner = portal.visitor();
            assert!(scanner.get(&here).await.headers.get("set-cookie").is_none());
            scanner.post("/api/begin_reset", &begin).await;
            assert!(!scanner.cookies.contains_key("__Host-session"));
        }
        begin_reset(&mut owner, &letter).await;
        let fields = [("id", letter.id.as_str()), ("password", NEW), ("from", &here)];
        assert_eq!(
            owner.post("/api/finish_reset", &fields).await.location(),
            "/account/devices"
        );
    }
);

on_both_engines!(
    staff_who_reset_their_password_are_asked_for_their_second_step,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut staff = portal.visitor();
        let letter = ask_reset(&portal, &mut staff, TOMASZ).await;
        let here = format!("/reset/{}", letter.id);
        begin_reset(&mut staff, &letter).await;
        let fields = [
            ("id", letter.id.as_str()),
            ("password", "vellum & wax"),
            ("from", &here),
        ];
        let set = staff.post("/api/finish_reset", &fields).await;
        assert_eq!(set.location(), "/sign-in/factor");
        assert!(!staff.cookies.contains_key("__Host-session"));
        let code = code_of(&portal.house.firm, TOMASZ).await;
        let fields = [("code", code.as_str()), ("from", "/sign-in/factor")];
        assert_eq!(
            staff.post("/api/give_code", &fields).await.location(),
            "/account/devices"
        );
        let mut old = portal.visitor();
        let fields = [
            ("address", TOMASZ),
            ("password", PASSWORD),
            ("from", "/sign-in/manually"),
        ];
        assert_eq!(old.post("/api/sign_in", &fields).await.location(), "/sign-in/manually");
    }
);

on_both_engines!(
    mission_63_staff_press_send_reset_link_on_the_contact,
    |house: House| async move {
        let portal = Portal::of(house);
        portal.anwen().await;
        let mut staff = portal.tomasz().await;
        let id = portal.house.people.anwen.to_string();
        let here = format!("/office/contacts/{id}");
        let page = staff.get(&here).await.text();
        assert!(page.contains("Send reset link") && page.contains("we never ask for it"));
        let sent = staff.post("/api/send_reset", &[("id", &id), ("from", &here)]).await;
        assert_eq!(sent.location(), here);
        let page = staff.follow(&sent).await.text();
        assert!(page.contains("A link to set a password is on its way to them."));
        let letter = portal.letter(ANWEN, "/reset/").await;
        assert!(!page.contains(&letter.id) && !page.contains(&letter.secret));
    }
);

on_both_engines!(
    a_new_address_is_proven_by_the_code_on_the_page_that_asked,
    |house: House| async move {
        const HERE: &str = "/account/address";
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let refused = anwen
            .post("/api/ask_address", &[("address", "no address"), ("from", HERE)])
            .await;
        let page = anwen.follow(&refused).await.text();
        assert!(page.contains("value=\"no address\"") && page.contains("does not look like an email address"));
        let new = "anwen@kilnandco.example";
        let letter = ask_address(&portal, &mut anwen, new).await;
        let page = anwen.get(HERE).await.text();
        assert!(page.contains("Waiting to be proven") && page.contains(new));
        let link = format!("{HERE}/{}", letter.id);
        assert_eq!(anwen.get(&link).await.status, 200);
        assert_eq!(portal.priya().await.get(&link).await.status, 404);
        let fields = [("id", letter.id.as_str()), ("code", &letter.code), ("from", HERE)];
        let taken = anwen.post("/api/prove_address_by_code", &fields).await;
        let page = anwen.follow(&taken).await.text();
        assert!(page.contains("Your new address is in use.") && page.contains(new));
        portal.by_link(new).await;
    }
);
