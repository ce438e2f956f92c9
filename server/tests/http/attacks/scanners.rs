//! Links that are opened by whom they are not for: scanners of mail (class 11), and people who were sent an attacker's own
//! link (class 12).

use crate::{
    activation,
    browser::{Browser, PAGE},
    portal::{LinkLetter, Portal},
};
use firm::{on_both_engines, testing::House};
use futures::{FutureExt as _, future::LocalBoxFuture};
use http::Method;

/// A link that was mailed, and how the person goes on whom it is for.
struct Mailed {
    path: String,
    /// The secret, and whatever else the page may not show.
    hidden: Vec<String>,
    go_on: LocalBoxFuture<'static, ()>,
}

/// Every kind of mailed link.
type Kind = for<'a> fn(&'a Portal) -> LocalBoxFuture<'a, Mailed>;

const KINDS: &[(&str, Kind)] = &[
    ("sign-in", |portal| sign_in(portal).boxed_local()),
    ("invitation", |portal| invitation(portal).boxed_local()),
];

async fn sign_in(portal: &Portal) -> Mailed {
    let mut asking = portal.visitor();
    let letter = portal.ask_link(&mut asking, ANWEN, "").await;
    Mailed {
        path: letter.path(),
        hidden: vec![letter.secret.clone(), letter.code.clone(), ANWEN.to_owned()],
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
        hidden: vec![mailed.secret.clone(), mailed.code.clone(), ADDRESS.to_owned()],
        go_on: async move {
            let to = activation::press(&mut invited, &mailed).await;
            assert_eq!(to, mailed.step("code"));
        }
        .boxed_local(),
    }
}

const ANWEN: &str = "anwen@marlowe.example";

on_both_engines!(
    attack_11_a_scanner_that_opens_a_link_leaves_it_untouched,
    |house: House| async move {
        let portal = Portal::of(house);
        for (name, mail) in KINDS {
            let mailed = mail(&portal).await;
            let before = portal.house.snapshot().await.expect("a snapshot");
            for _ in 0..3 {
                for method in [Method::GET, Method::HEAD] {
                    for headers in [
                        vec![("accept", PAGE)],
                        vec![("accept", "*/*"), ("user-agent", "Mozilla/5.0 (compatible; scanner)")],
                        vec![("purpose", "prefetch"), ("accept", PAGE)],
                    ] {
                        let answer = portal.visitor().fetch(method.clone(), &mailed.path, &headers, "").await;
                        assert_eq!(answer.status, 200, "{name}: {method}");
                        assert!(answer.headers.get("set-cookie").is_none(), "{name}: {method}");
                        for hidden in &mailed.hidden {
                            assert!(!answer.text().contains(hidden), "{name}: the page shows {hidden}");
                        }
                    }
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
