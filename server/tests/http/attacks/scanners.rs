//! Links that are opened by whom they are not for: scanners of mail (class 11), and people who were sent an attacker's own
//! link (class 12).

use crate::{
    activation,
    browser::{Browser, PAGE},
    portal::{LinkLetter, Portal},
    resets, team,
};
use firm::{
    on_both_engines,
    testing::{House, OTHER_HOST, PASSWORD},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
use http::Method;

/// A link that was mailed, and how the person goes on whom it is for.
struct Mailed {
    path: String,
    letter: LinkLetter,
    /// Where its button posts to.
    begin: &'static str,
    /// The browser in which it is awaited.
    own: Browser,
    /// What its page shows nobody who only opens it, besides secret and code.
    hidden: &'static str,
    go_on: LocalBoxFuture<'static, ()>,
}

/// Every kind of mailed link.
type Kind = for<'a> fn(&'a Portal) -> LocalBoxFuture<'a, Mailed>;

const KINDS: &[(&str, Kind)] = &[
    ("sign-in", |portal| sign_in(portal).boxed_local()),
    ("invitation", |portal| invitation(portal).boxed_local()),
    ("reset", |portal| reset(portal).boxed_local()),
    ("invitation to the team", |portal| place_in_team(portal).boxed_local()),
    ("new address", |portal| new_address(portal).boxed_local()),
];

async fn sign_in(portal: &Portal) -> Mailed {
    let mut asking = portal.visitor();
    let letter = portal.ask_link(&mut asking, ANWEN, "").await;
    Mailed {
        path: letter.path(),
        letter: letter.clone(),
        begin: "/api/redeem_link",
        own: asking.clone(),
        hidden: ANWEN,
        go_on: async move {
            let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
            let entered = asking.post("/api/redeem_link", &fields).await;
            assert_eq!(entered.location(), "/home");
        }
        .boxed_local(),
    }
}

async fn invitation(portal: &Portal) -> Mailed {
    const ADDRESS: &str = "hugh@kestrelhill.example";
    let id = activation::contact_at(portal, ADDRESS).await;
    let mailed = activation::invited(portal, &mut portal.tomasz().await, &id, ADDRESS).await;
    let mut invited = portal.visitor();
    Mailed {
        path: mailed.path(),
        letter: LinkLetter {
            id: mailed.id.clone(),
            secret: mailed.secret.clone(),
            code: mailed.code.clone(),
        },
        begin: "/api/begin_activation",
        own: invited.clone(),
        hidden: ADDRESS,
        go_on: async move {
            let to = activation::press(&mut invited, &mailed).await;
            assert_eq!(to, mailed.step("code"));
        }
        .boxed_local(),
    }
}

async fn reset(portal: &Portal) -> Mailed {
    let mut asking = portal.visitor();
    let letter = resets::ask_reset(portal, &mut asking, ANWEN).await;
    Mailed {
        path: format!("/reset/{}", letter.id),
        letter: letter.clone(),
        begin: "/api/begin_reset",
        own: asking.clone(),
        hidden: ANWEN,
        go_on: async move {
            resets::begin_reset(&mut asking, &letter).await;
            let fields = [("id", letter.id.as_str()), ("password", PASSWORD), ("from", "/")];
            let set = asking.post("/api/finish_reset", &fields).await;
            assert_eq!(set.location(), "/account/devices");
        }
        .boxed_local(),
    }
}

async fn place_in_team(portal: &Portal) -> Mailed {
    const ADDRESS: &str = "ruth@harcourtpell.example";
    let letter = team::invited(portal, ADDRESS).await;
    let mut invited = portal.visitor();
    Mailed {
        path: format!("/join/{}", letter.id),
        letter: letter.clone(),
        begin: "/api/begin_joining",
        own: invited.clone(),
        hidden: ADDRESS,
        go_on: async move {
            team::begin_joining(&mut invited, &letter).await;
            let fields = [("id", letter.id.as_str()), ("password", PASSWORD), ("from", "/")];
            let joined = invited.post("/api/join_team", &fields).await;
            assert_eq!(joined.location(), "/sign-in/enrol");
        }
        .boxed_local(),
    }
}

async fn new_address(portal: &Portal) -> Mailed {
    const ADDRESS: &str = "anwen@kilnandco.example";
    let mut anwen = portal.anwen().await;
    let letter = resets::ask_address(portal, &mut anwen, ADDRESS).await;
    Mailed {
        path: format!("/account/address/{}", letter.id),
        letter: letter.clone(),
        begin: "/api/prove_address",
        own: anwen.clone(),
        hidden: ADDRESS,
        go_on: async move {
            let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
            let taken = anwen.post("/api/prove_address", &fields).await;
            assert_eq!(taken.location(), "/account/address");
        }
        .boxed_local(),
    }
}

const ANWEN: &str = "anwen@marlowe.example";

/// Opens the link in all ways in which a scanner does that presses nothing.
async fn opened(browser: &Browser, name: &str, mailed: &Mailed) {
    for method in [Method::GET, Method::HEAD] {
        for headers in [
            vec![("accept", PAGE)],
            vec![("accept", "*/*"), ("user-agent", "Mozilla/5.0 (compatible; scanner)")],
            vec![("purpose", "prefetch"), ("accept", PAGE)],
        ] {
            let answer = browser.clone().fetch(method.clone(), &mailed.path, &headers, "").await;
            // A new address is its owner's business alone, who is signed in: pages lead there, and others are told so.
            let asks = answer.status == 401 || answer.location().starts_with("/sign-in?next=");
            let is_gated = name == "new address" && !browser.cookies.contains_key("__Host-session");
            assert_eq!(
                (asks, asks || answer.status == 200),
                (is_gated, true),
                "{name}: {method}"
            );
            assert!(answer.headers.get("set-cookie").is_none(), "{name}: {method}");
            for hidden in [mailed.letter.secret.as_str(), &mailed.letter.code, mailed.hidden] {
                assert!(!answer.text().contains(hidden), "{name}: the page shows {hidden}");
            }
        }
    }
}

on_both_engines!(
    attack_11_a_scanner_that_opens_a_link_leaves_it_untouched,
    |house: House| async move {
        let portal = Portal::of(house);
        for (name, mail) in KINDS {
            let mailed = mail(&portal).await;
            let before = portal.house.snapshot().await.expect("a snapshot");
            for _ in 0..3 {
                for browser in [portal.visitor(), mailed.own.clone()] {
                    opened(&browser, name, &mailed).await;
                }
            }
            assert!(
                before == portal.house.snapshot().await.expect("a snapshot"),
                "{name}: the database is the same, byte for byte"
            );
            mailed.go_on.await;
        }
    }
);

/// What somebody finds who opens a link that another browser asked for.
async fn opened_elsewhere(victim: &mut Browser, letter: &LinkLetter) {
    let own = victim.cookies.get("__Host-session").cloned();
    let page = victim.get(&letter.path()).await;
    assert!(
        page.text().contains("Go back to the window that asked"),
        "the page says to type the code elsewhere"
    );
    assert!(
        !page.text().contains("action=\"/api/redeem_link\""),
        "there is no button"
    );
    let from = letter.path();
    for (path, field, proof) in [
        ("/api/redeem_link", "secret", &letter.secret),
        ("/api/redeem_code", "code", &letter.code),
        ("/api/type_code", "code", &letter.code),
    ] {
        let fields = [("id", letter.id.as_str()), (field, proof), ("from", &from)];
        let refused = victim.post(path, &fields).await;
        assert_eq!(refused.location(), from, "{path}");
        assert_eq!(victim.cookies.get("__Host-session"), own.as_ref(), "{path}");
    }
}

on_both_engines!(
    attack_12_nobody_is_signed_in_by_a_link_that_somebody_else_asked_for,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut attacker = portal.visitor();
        let letter = portal.ask_link(&mut attacker, "priya@brightwater.example", "").await;
        // A victim whose browser knows nothing, one who asked for a link of their own, and one who is signed in.
        opened_elsewhere(&mut portal.visitor(), &letter).await;
        let mut asked = portal.visitor();
        portal.ask_link(&mut asked, ANWEN, "").await;
        opened_elsewhere(&mut asked, &letter).await;
        let mut anwen = portal.anwen().await;
        opened_elsewhere(&mut anwen, &letter).await;
        let home = anwen.get("/home").await;
        assert!(home.text().contains("Marlowe"), "she is still who she was");
        // Nothing of it was used up: the one who asked goes in, as themselves.
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        assert_eq!(attacker.post("/api/redeem_link", &fields).await.location(), "/home");
    }
);

on_both_engines!(
    attack_12_whoever_opens_and_presses_a_link_that_was_mailed_to_somebody_else_stays_who_they_are,
    |house: House| async move {
        let portal = Portal::of(house);
        for (name, mail) in KINDS {
            let mailed = mail(&portal).await;
            let priya = portal.priya().await;
            for victim in [portal.visitor(), priya] {
                let mut browser = victim.clone();
                browser.get(&mailed.path).await;
                let fields = [
                    ("id", mailed.letter.id.as_str()),
                    ("secret", &mailed.letter.secret),
                    ("from", &mailed.path),
                ];
                browser.post(mailed.begin, &fields).await;
                let session = |browser: &Browser| browser.cookies.get("__Host-session").cloned();
                assert_eq!(session(&browser), session(&victim), "{name}");
                if session(&victim).is_some() {
                    let home = browser.get("/home").await.text();
                    assert!(home.contains("Brightwater"), "{name}: she is still who she was");
                }
            }
            mailed.go_on.await;
            portal.house.advance(3600);
        }
    }
);

on_both_engines!(
    attack_4_a_link_of_one_firm_is_unknown_at_another,
    |house: House| async move {
        let portal = Portal::of(house);
        for (name, mail) in KINDS {
            let mailed = mail(&portal).await;
            // At the other firm, with all that the right browser has.
            let mut browser = mailed.own.at(OTHER_HOST);
            let page = browser.get(&mailed.path).await;
            let asks = page.location().starts_with("/sign-in?next=");
            assert!(page.status == 404 || asks, "{name}: {}", page.status);
            let before = browser.cookies.clone();
            for (field, proof) in [("secret", &mailed.letter.secret), ("code", &mailed.letter.code)] {
                let fields = [
                    ("id", mailed.letter.id.as_str()),
                    (field, proof),
                    ("from", &mailed.path),
                ];
                browser.post(mailed.begin, &fields).await;
            }
            browser.cookies.remove("__Host-flash");
            assert_eq!(browser.cookies, before, "{name}");
            mailed.go_on.await;
        }
    }
);
