//! A code of an authenticator app that was seen once more (class 20: CVE-2026-27855), over every door that takes one.

use crate::{browser::Browser, portal::Portal};
use firm::{
    on_both_engines,
    testing::{HOST, House, code_of},
};
use futures::future::join_all;

const TOMASZ: &str = "tomasz@harcourtpell.example";
const SESSION: &str = "__Host-session";

async fn give(browser: &mut Browser, door: &str, code: &str) -> bool {
    let before = browser.cookies.get(SESSION).cloned();
    let fields = [("code", code), ("from", "/sign-in/factor")];
    browser.post(door, &fields).await;
    browser.cookies.get(SESSION).cloned() != before
}

on_both_engines!(
    attack_20_a_code_that_was_used_is_refused_at_every_door,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut steps = Vec::new();
        for _ in 0..4 {
            steps.push(portal.past_password(HOST, TOMASZ).await);
        }
        let code = code_of(&portal.house.firm, TOMASZ).await;
        let came_in = join_all(steps.iter_mut().map(|browser| give(browser, "/api/give_code", &code))).await;
        assert_eq!(came_in.iter().filter(|came| **came).count(), 1, "of four at once");
        let (inside, outside): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .partition(|browser| browser.cookies.contains_key(SESSION));
        let (mut inside, mut outside) = (inside.into_iter().next().expect("one"), outside.into_iter());

        // Whoever looked over their shoulder: within the session, at another step, in a browser of their own.
        assert!(!give(&mut inside, "/api/confirm_by_app", &code).await);
        assert!(!give(&mut outside.next().expect("another"), "/api/give_code", &code).await);
        let mut fresh = portal.past_password(HOST, TOMASZ).await;
        assert!(!give(&mut fresh, "/api/give_code", &code).await);

        // A later code ends the earlier ones, although they are within the drift.
        portal.house.advance(30);
        let second = code_of(&portal.house.firm, TOMASZ).await;
        portal.house.advance(30);
        let third = code_of(&portal.house.firm, TOMASZ).await;
        assert!(give(&mut fresh, "/api/give_code", &third).await);
        let mut late = outside.next().expect("another");
        assert!(second == third || !give(&mut late, "/api/give_code", &second).await);
        assert!(!give(&mut fresh, "/api/confirm_by_app", &third).await);
        portal.house.advance(30);
        let fourth = code_of(&portal.house.firm, TOMASZ).await;
        assert!(
            give(&mut fresh, "/api/confirm_by_app", &fourth).await,
            "and the next one is good"
        );
    }
);
