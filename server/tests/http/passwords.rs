//! One's own password over the real router.

use crate::portal::Portal;
use firm::{
    on_both_engines,
    testing::{HOST, House, PASSWORD},
};

const ANWEN: &str = "anwen@marlowe.example";
const NEW: &str = "nine brown hens by the kiln";
const HERE: &str = "/account/password";

on_both_engines!(
    mission_20_a_refused_password_names_its_rule_and_never_comes_back,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let page = anwen.get(HERE).await.text();
        for wanted in [
            "autocomplete=\"new-password\"",
            "autocomplete=\"username\"",
            "At least 15 characters",
            "Do not tell anyone: we never ask for it",
        ] {
            assert!(page.contains(wanted), "{wanted}");
        }
        for (password, sentence) in [
            ("", "Type a new password."),
            ("nine hens", "6 characters too short: a password needs 15"),
            ("passwordpassword", "guessed first"),
            ("abcdefghijklmnop", "a run such as abcd"),
            ("Harcourt&Pell-2026", "Apart from “harcourt”"),
            ("anwen marlowe 1984", "Apart from “marlowe”"),
            (&"x y".repeat(400), "That is too long, and nothing was cut."),
        ] {
            let refused = anwen
                .post("/api/set_password", &[("password", password), ("from", HERE)])
                .await;
            assert_eq!(refused.location(), HERE);
            let page = anwen.follow(&refused).await.text();
            assert!(page.contains(sentence), "{password}: {sentence}");
            assert!(password.is_empty() || !page.contains(password), "{password}");
            assert!(page.contains("id=\"password-error\""), "beside its field");
        }
    }
);

on_both_engines!(
    mission_62_a_password_set_in_the_portal_signs_in_and_the_link_goes_on_working,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut anwen, mut other) = (portal.anwen().await, portal.anwen().await);
        let set = anwen
            .post("/api/set_password", &[("password", NEW), ("from", HERE)])
            .await;
        assert_eq!(set.location(), HERE);
        let page = anwen.follow(&set).await.text();
        assert!(page.contains("Your password is set. All other devices are signed out."));
        assert!(other.get("/home").await.location().starts_with("/sign-in?next="));
        assert_eq!(anwen.get("/home").await.status, 200, "this one stays");

        let mut fresh = portal.visitor();
        let fields = [("address", ANWEN), ("password", NEW), ("from", "/sign-in/manually")];
        assert_eq!(fresh.post("/api/sign_in", &fields).await.location(), "/home");
        portal.anwen().await;

        let removed = fresh.post("/api/remove_password", &[("from", HERE)]).await;
        assert!(
            fresh
                .follow(&removed)
                .await
                .text()
                .contains("Your password is removed.")
        );
        let mut late = portal.visitor();
        assert_eq!(late.post("/api/sign_in", &fields).await.location(), "/sign-in/manually");
    }
);

on_both_engines!(
    a_stale_session_proves_itself_before_it_sets_a_password,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        portal.house.advance(domain::limits::FRESH_SECONDS + 1);
        let page = anwen.get(HERE).await.text();
        assert!(page.contains("/account/confirm?next=/account/password") && !page.contains("new-password"));
        let refused = anwen
            .post("/api/set_password", &[("password", NEW), ("from", HERE)])
            .await;
        assert!(anwen.follow(&refused).await.text().contains("sign in again first"));
    }
);

on_both_engines!(
    mission_24_a_wrong_pair_says_the_same_whoever_it_is_and_staff_meet_their_factor,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut sentences = Vec::new();
        for address in [ANWEN, "nobody@nowhere.example", "tomasz@harcourtpell.example"] {
            let mut visitor = portal.visitor();
            let fields = [("address", address), ("password", "x"), ("from", "/sign-in/manually")];
            let refused = visitor.post("/api/sign_in", &fields).await;
            let page = visitor.follow(&refused).await.text();
            assert!(page.contains("This address and password do not match."));
            sentences.push(refused.status);
        }
        assert!(sentences.windows(2).all(|pair| pair[0] == pair[1]));
        let staff = portal.past_password(HOST, "tomasz@harcourtpell.example").await;
        assert!(
            !staff.cookies.contains_key("__Host-session"),
            "{PASSWORD} is not enough"
        );
    }
);

on_both_engines!(
    password_managers_are_sent_to_the_page_that_changes_it,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let sent = anwen.get("/.well-known/change-password").await;
        assert_eq!(sent.location(), HERE);
        assert_eq!(anwen.follow(&sent).await.status, 200);
    }
);

on_both_engines!(
    whoever_has_a_password_alone_can_prove_it_by_a_mailed_link_instead,
    |house: House| async move {
        const CONFIRM: &str = "/account/confirm?next=/account/password";
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        anwen
            .post("/api/set_password", &[("password", NEW), ("from", HERE)])
            .await;
        portal.house.advance(domain::limits::FRESH_SECONDS + 1);
        let page = anwen.get(CONFIRM).await.text();
        for wanted in [
            "action=\"/api/confirm_by_password\"",
            "action=\"/api/ask_own_link\"",
            "Email me a link instead",
            "an•••@marlowe.example",
        ] {
            assert!(page.contains(wanted), "{wanted}: {page}");
        }
        let fields = [("next", HERE), ("from", CONFIRM)];
        portal.house.work().await.expect("the queue");
        let before = portal.house.letters().len();
        let asked = anwen.post("/api/ask_own_link", &fields).await;
        assert_eq!(asked.location(), "/sign-in/sent");
        portal.house.work().await.expect("the queue");
        assert_eq!(portal.house.letters().len(), before + 1);
        // Too soon: the page says so, and the password still does.
        let soon = anwen.post("/api/ask_own_link", &fields).await;
        let page = anwen.follow(&soon).await.text();
        assert!(
            page.contains("Please wait") && page.contains("/api/confirm_by_password"),
            "{page}"
        );
        let fields = [("password", NEW), ("next", HERE), ("from", CONFIRM)];
        let proven = anwen.post("/api/confirm_by_password", &fields).await;
        assert_eq!(proven.location(), HERE);
        assert!(anwen.follow(&proven).await.text().contains("new-password"));
    }
);

on_both_engines!(
    a_new_address_that_is_asked_for_too_soon_stays_in_its_field,
    |house: House| async move {
        const ADDRESS: &str = "/account/address";
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        for address in ["a@kiln.example", "b@kiln.example", "c@kiln.example"] {
            let asked = anwen
                .post("/api/ask_address", &[("address", address), ("from", ADDRESS)])
                .await;
            assert!(!anwen.follow(&asked).await.text().contains("Please wait"));
        }
        let fields = [("address", "d@kiln.example"), ("from", ADDRESS)];
        let soon = anwen.post("/api/ask_address", &fields).await;
        assert_eq!(soon.location(), ADDRESS);
        let page = anwen.follow(&soon).await.text();
        assert!(page.contains("Please wait 20 minutes"), "{page}");
        assert!(page.contains("value=\"d@kiln.example\""), "{page}");
    }
);
