//! Sessions that were planted, and sessions that should be over (class 19: GHSA-6j4w-g4jh-xjfx).

use crate::{
    activation,
    browser::Browser,
    passkeys::{ORIGIN, fetched},
    portal::Portal,
    resets,
};
use firm::{
    clients::{self, PortalStep},
    contacts, on_both_engines, staff,
    testing::{HOST, House, PASSWORD, code_of, give_passkey},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
use http_body_util::BodyExt as _;
use std::{collections::BTreeSet, time::Duration};

const SESSION: &str = "__Host-session";
const ANWEN: &str = "anwen@marlowe.example";
const TOMASZ: &str = "tomasz@harcourtpell.example";
/// Within which a session that ended is over everywhere.
const SOON: Duration = Duration::from_secs(1);

on_both_engines!(
    attack_19_a_planted_cookie_is_nobodys_and_is_replaced,
    |house: House| async move {
        let portal = Portal::of(house);
        // One that never was, and one of an attacker who is signed in and then out: both planted in a victim's browser.
        let mut attacker = portal.priya().await;
        let theirs = attacker.cookies[SESSION].clone();
        attacker.post("/api/sign_out", &[]).await;
        for planted in ["A".repeat(43), theirs] {
            let mut victim = portal.visitor();
            for name in [SESSION, "__Host-link", "__Host-device", "__Host-flash", "__Host-said"] {
                victim.cookies.insert(name.to_owned(), planted.clone());
            }
            assert!(victim.get("/home").await.location().starts_with("/sign-in"));
            let letter = portal.ask_link(&mut victim, ANWEN, "").await;
            let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
            assert_eq!(victim.post("/api/redeem_link", &fields).await.location(), "/home");
            assert_ne!(victim.cookies[SESSION], planted);
            let mut follower = portal.visitor();
            follower.cookies.insert(SESSION.to_owned(), planted.clone());
            assert!(follower.get("/home").await.location().starts_with("/sign-in"));

            let mut staff = portal.visitor();
            for name in [SESSION, "__Host-link"] {
                staff.cookies.insert(name.to_owned(), planted.clone());
            }
            let fields = [("address", TOMASZ), ("password", PASSWORD), ("from", "/")];
            staff.post("/api/sign_in", &fields).await;
            assert_ne!(
                staff.cookies["__Host-link"], planted,
                "the step is found by a fresh verifier"
            );
        }
    }
);

on_both_engines!(
    attack_19_every_authentication_makes_a_fresh_token,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut seen = BTreeSet::new();
        let mut fresh = |browser: &Browser| assert!(seen.insert(browser.cookies[SESSION].clone()), "a token twice");
        // By link, by code, and by link again in the same browser, while it is signed in.
        let mut browser = portal.visitor();
        for by_code in [false, true, false] {
            let letter = portal.ask_link(&mut browser, ANWEN, "").await;
            let (path, proof) = if by_code {
                ("/api/redeem_code", ("code", letter.code.as_str()))
            } else {
                ("/api/redeem_link", ("secret", letter.secret.as_str()))
            };
            let entered = browser.post(path, &[("id", &letter.id), proof, ("from", "/")]).await;
            assert_eq!(entered.location(), "/home");
            fresh(&browser);
            portal.house.advance(600);
        }
        // By a reset, by an invitation, and by a passkey.
        let letter = resets::ask_reset(&portal, &mut browser, ANWEN).await;
        resets::begin_reset(&mut browser, &letter).await;
        let fields = [("id", letter.id.as_str()), ("password", PASSWORD), ("from", "/")];
        let entered = browser.post("/api/finish_reset", &fields).await;
        assert_eq!(entered.location(), "/account/devices");
        fresh(&browser);
        let (mailed, mut invited) = activation::proven(&portal, "hugh@kestrelhill.example").await;
        let fields = [("id", mailed.id.as_str()), ("password", PASSWORD), ("from", "/")];
        let entered = invited.post("/api/set_first_password", &fields).await;
        assert_eq!(entered.location(), "/home");
        fresh(&invited);
        let mut authenticator = give_passkey(&portal.house.firm, TOMASZ, HOST).await;
        let options = fetched(&mut browser, "/api/ask_passkey").await;
        let answer = authenticator.sign(&options, ORIGIN).expect("signed");
        let fields = [("answer", answer.as_str()), ("from", "/")];
        let entered = browser.post("/api/sign_in_by_passkey", &fields).await;
        assert_eq!(
            entered.location(),
            "/office/inbox",
            "as whoever proved it, in a browser where another was signed in"
        );
        fresh(&browser);
        // By password and app, and by a proof within the session, after which the token before is dead.
        let mut staff = portal.by_password(HOST, TOMASZ).await;
        fresh(&staff);
        let mut before = staff.clone();
        let code = code_of(&portal.house.firm, TOMASZ).await;
        let confirmed = staff
            .post("/api/confirm_by_app", &[("code", &code), ("from", "/account/confirm")])
            .await;
        assert_eq!(confirmed.location(), "/account/factors");
        fresh(&staff);
        assert!(before.get("/office/inbox").await.location().starts_with("/sign-in"));
        assert_eq!(staff.get("/office/inbox").await.status, 200);
    }
);

/// Something that ends sessions: whose, and what is done.
struct End {
    name: &'static str,
    staff: bool,
    act: for<'a> fn(&'a Portal, &'a mut Browser) -> LocalBoxFuture<'a, ()>,
}

const ENDS: &[End] = &[
    End {
        name: "ending the other devices",
        staff: false,
        act: |_, browser| {
            async move {
                browser
                    .post("/api/end_other_devices", &[("from", "/account/devices")])
                    .await;
                browser.post("/api/sign_out", &[]).await;
            }
            .boxed_local()
        },
    },
    End {
        name: "setting a password",
        staff: false,
        act: |_, browser| {
            async move {
                let fields = [
                    ("password", "kiln, clay and a little chalk"),
                    ("from", "/account/password"),
                ];
                browser.post("/api/set_password", &fields).await;
                assert!(browser.cookies.contains_key("__Host-said"), "it is set");
                browser.post("/api/sign_out", &[]).await;
            }
            .boxed_local()
        },
    },
    End {
        name: "a reset",
        staff: false,
        act: |portal, _| {
            async move {
                let mut asking = portal.visitor();
                let letter = resets::ask_reset(portal, &mut asking, ANWEN).await;
                resets::begin_reset(&mut asking, &letter).await;
                let fields = [("id", letter.id.as_str()), ("password", PASSWORD), ("from", "/")];
                let set = asking.post("/api/finish_reset", &fields).await;
                assert_eq!(set.location(), "/account/devices");
            }
            .boxed_local()
        },
    },
    End {
        name: "staff ending a contact's devices",
        staff: false,
        act: |portal, _| {
            async move {
                let house = &portal.house;
                let ended = contacts::end_devices(&house.firm, &house.imogen(), house.people.anwen).await;
                ended.expect("ended");
            }
            .boxed_local()
        },
    },
    End {
        name: "suspending a contact",
        staff: false,
        act: |portal, _| {
            async move {
                let house = &portal.house;
                let done = contacts::suspend(&house.firm, &house.imogen(), house.people.anwen).await;
                done.expect("suspended");
            }
            .boxed_local()
        },
    },
    End {
        name: "closing every portal of a contact",
        staff: false,
        act: |portal, _| {
            async move {
                let house = &portal.house;
                for client in [house.people.marlowe, house.people.tanner] {
                    let done = clients::step(&house.firm, &house.imogen(), client, PortalStep::Close).await;
                    done.expect("closed");
                }
            }
            .boxed_local()
        },
    },
    End {
        name: "removing a contact",
        staff: false,
        act: |portal, _| {
            async move {
                let house = &portal.house;
                let done = contacts::remove(&house.firm, &house.imogen(), house.people.anwen).await;
                done.expect("removed");
            }
            .boxed_local()
        },
    },
    End {
        name: "removing a member of the team",
        staff: true,
        act: |portal, _| {
            async move {
                let house = &portal.house;
                let done = staff::remove(&house.firm, &house.imogen(), house.people.tomasz).await;
                done.expect("removed");
            }
            .boxed_local()
        },
    },
];

/// Signs the same person in in several browsers, each with an open stream, ends them, and looks who is still in.
async fn ended(portal: &Portal, end: &End) {
    let mut browsers = Vec::new();
    for _ in 0..4 {
        browsers.push(if end.staff {
            portal.tomasz().await
        } else {
            portal.anwen().await
        });
    }
    let mut streams = Vec::new();
    for browser in &browsers {
        let body = browser.events().await;
        streams.push(tokio::spawn(async move { body.collect().await.map(|_| ()) }));
    }
    let mut own = browsers[0].clone();
    (end.act)(portal, &mut own).await;
    for stream in streams {
        let closed = tokio::time::timeout(SOON, stream).await;
        assert!(closed.is_ok(), "{}: a stream is open", end.name);
    }
    for mut browser in browsers {
        let page = if end.staff { "/office/inbox" } else { "/home" };
        let answer = browser.get(page).await;
        assert!(
            answer.location().starts_with("/sign-in"),
            "{}: {}",
            end.name,
            answer.status
        );
    }
}

on_both_engines!(
    attack_19_no_old_cookie_works_and_no_stream_stays_open,
    |house: House| async move {
        let engine = house.engine;
        drop(house);
        for end in ENDS {
            let portal = Portal::of(House::open(engine).await);
            ended(&portal, end).await;
        }
    }
);
