//! Where a form leads (class 17): no `next` and no `from` leaves the host.

use crate::{browser::PAGE, portal::Portal};
use domain::form::FORMS;
use firm::{
    on_both_engines,
    testing::{House, PASSWORD, code_of, give_app},
};

const TOMASZ: &str = "tomasz@harcourtpell.example";
const ANWEN: &str = "anwen@marlowe.example";

/// Whatever browsers, proxies and parsers were ever talked into taking for another host, or for a script.
const PAYLOADS: [&str; 64] = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/////evil.example/..",
    "//evil.example/%2f..",
    "//evil.example/%2e%2e",
    "//evil%E3%80%82example",
    "//evil\u{3002}example",
    "//[::1]/",
    "//127.0.0.1/",
    "//2130706433/",
    "//portal.harcourtpell.example@evil.example",
    "//portal.harcourtpell.example.evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "\\evil.example",
    "/./\\evil.example",
    "/home/..//evil.example\\",
    "/\tevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/home\r\nLocation: https://evil.example",
    "/%0d%0aLocation:x\r\nx",
    "/home\nSet-Cookie: session=x",
    "/home\u{0}",
    "\u{0}/home",
    "/\u{b}/evil.example",
    "/\u{c}/evil.example",
    "/ /evil.example",
    " //evil.example",
    " /home",
    "\u{a0}//evil.example",
    "\u{feff}//evil.example",
    "/\u{2044}evil.example",
    "/\u{2215}evil.example",
    "/\u{ff0f}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "/\u{202e}elpmaxe.live//",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:evil.example",
    "HTTPS://evil.example",
    "https:\\\\evil.example",
    "https://portal.harcourtpell.example@evil.example",
    "https://portal.harcourtpell.example",
    "ftp://evil.example",
    "ws://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "evil.example",
    "evil.example/home",
    "?x",
    "#x",
    "",
];

on_both_engines!(
    attack_17_no_from_leads_to_another_host_whatever_form_carries_it,
    |house: House| async move {
        let portal = Portal::of(house);
        assert_eq!(
            PAYLOADS.iter().collect::<std::collections::BTreeSet<_>>().len(),
            PAYLOADS.len()
        );
        for payload in PAYLOADS {
            for form in FORMS {
                // What is refused goes back to `from`; an empty form is refused, or it was nothing that could be.
                let answer = if form.action.starts_with("/uploads") {
                    portal.visitor().post_files(&[("from", payload)], &[]).await
                } else {
                    portal.visitor().post(form.action, &[("from", payload)]).await
                };
                let to = answer.location();
                assert!(
                    answer.status == 401 || ["/", "/sign-in", "/sign-in?next=%2F"].contains(&to),
                    "{} with from {payload:?}: {} {to:?}",
                    form.action,
                    answer.status
                );
            }
        }
    }
);

on_both_engines!(attack_17_no_next_leads_to_another_host, |house: House| async move {
    let portal = Portal::of(house);
    give_app(&portal.house.firm, ANWEN).await;
    let mut confirmed = portal.visitor();
    let letter = portal.ask_link(&mut confirmed, ANWEN, "").await;
    confirmed
        .post(
            "/api/redeem_link",
            &[("id", &letter.id), ("secret", &letter.secret), ("from", "/")],
        )
        .await;
    let code = code_of(&portal.house.firm, ANWEN).await;
    confirmed
        .post("/api/give_code", &[("code", &code), ("from", "/")])
        .await;
    for payload in PAYLOADS {
        let spelled: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for page in ["/sign-in", "/sign-in/manually", "/account/confirm"] {
            let mut visitor = if page.starts_with("/account") {
                confirmed.clone()
            } else {
                portal.visitor()
            };
            let answer = visitor.get(&format!("{page}?next={spelled}")).await;
            assert_eq!(answer.status, 200, "{page} {payload:?}");
        }
        // By password and app.
        let mut staff = portal.visitor();
        let fields = [
            ("address", TOMASZ),
            ("password", PASSWORD),
            ("next", payload),
            ("from", payload),
        ];
        assert_eq!(staff.post("/api/sign_in", &fields).await.location(), "/sign-in/factor");
        let code = code_of(&portal.house.firm, TOMASZ).await;
        let entered = staff
            .post("/api/give_code", &[("code", &code), ("from", payload)])
            .await;
        assert_eq!(entered.location(), "/office/inbox", "next {payload:?}");
        // By link, with the way back kept in the link's row.
        let mut asking = portal.visitor();
        let letter = portal.ask_link(&mut asking, "priya@brightwater.example", payload).await;
        let fields = [
            ("id", letter.id.as_str()),
            ("secret", &letter.secret),
            ("from", payload),
        ];
        let entered = asking.post("/api/redeem_link", &fields).await;
        assert_eq!(entered.location(), "/home", "next {payload:?}");
        // By a proof within a session.
        let code = code_of(&portal.house.firm, ANWEN).await;
        let fields = [("code", code.as_str()), ("next", payload), ("from", payload)];
        let again = confirmed.post("/api/confirm_by_app", &fields).await;
        assert_eq!(again.location(), "/account/factors", "next {payload:?}");
        // A turned-away visitor's way back is made by us, from the path that was asked for.
        let turned = portal
            .visitor()
            .fetch(
                http::Method::GET,
                &format!("/files?next={spelled}"),
                &[("accept", PAGE)],
                "",
            )
            .await;
        assert!(turned.location().starts_with("/sign-in?next=%2Ffiles"), "{payload:?}");
        portal.house.advance(3600);
    }
});

on_both_engines!(attack_17_a_way_on_this_host_is_kept, |house: House| async move {
    // The refusals above would be worth nothing if everything were refused.
    let portal = Portal::of(house);
    for next in ["/files?page=0", "/threads", "/account/devices#x"] {
        let mut browser = portal.visitor();
        let letter = portal.ask_link(&mut browser, ANWEN, next).await;
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        assert_eq!(browser.post("/api/redeem_link", &fields).await.location(), next);
    }
});
