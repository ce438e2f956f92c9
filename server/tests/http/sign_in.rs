//! Getting in: by a mailed link, by its code, by a password; and what does not let anybody in.

use crate::{browser::PAGE, portal::Portal};
use domain::settings::SignInSettings;
use firm::{
    on_both_engines,
    testing::{House, code_of},
};
use http::Method;

const ANWEN: &str = "anwen@marlowe.example";

on_both_engines!(
    a_link_signs_in_the_browser_that_asked_and_goes_where_it_was_wanted,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        let turned = browser.get("/files?page=0").await;
        assert_eq!(turned.location(), "/sign-in?next=%2Ffiles%3Fpage%3D0");
        let page = browser.follow(&turned).await;
        let next = page.hidden("next");
        let letter = portal.ask_link(&mut browser, ANWEN, &next).await;
        let page = browser.get(&letter.path()).await;
        assert!(page.text().contains("action=\"/api/redeem_link\""));
        assert!(
            !page.text().contains("anwen"),
            "the address is not shown before the secret"
        );
        let fields = [
            ("id", letter.id.as_str()),
            ("secret", &letter.secret),
            ("from", &letter.path()),
        ];
        let entered = browser.post("/api/redeem_link", &fields).await;
        assert_eq!(entered.location(), "/files?page=0");
        assert_eq!(browser.follow(&entered).await.status, 200);
        assert_eq!(browser.get("/").await.location(), "/home");
    }
);

on_both_engines!(
    the_code_of_the_mail_does_the_same_without_scripts,
    |house: House| async move {
        let portal = Portal::of(house);
        for (path, by_id) in [("/api/type_code", false), ("/api/redeem_code", true)] {
            let mut browser = portal.visitor();
            let letter = portal.ask_link(&mut browser, ANWEN, "").await;
            let mut fields = vec![("code", letter.code.as_str()), ("from", "/sign-in/sent")];
            if by_id {
                fields.push(("id", &letter.id));
            }
            let entered = browser.post(path, &fields).await;
            assert_eq!(entered.location(), "/home", "{path}");
        }
    }
);

on_both_engines!(a_scanner_that_opens_a_link_changes_nothing, |house: House| async move {
    let portal = Portal::of(house);
    let mut browser = portal.visitor();
    let letter = portal.ask_link(&mut browser, ANWEN, "").await;
    for _ in 0..3 {
        let mut scanner = portal.visitor();
        for method in [Method::GET, Method::HEAD] {
            let answer = scanner.fetch(method, &letter.path(), &[("accept", PAGE)], "").await;
            assert_eq!(answer.status, 200);
            assert!(answer.headers.get("set-cookie").is_none());
        }
        // One that runs scripts and even posts what they would post is another browser all the same.
        let fields = [
            ("id", letter.id.as_str()),
            ("secret", &letter.secret),
            ("from", &letter.path()),
        ];
        let refused = scanner.post("/api/redeem_link", &fields).await;
        assert_eq!(refused.location(), letter.path());
        assert!(!scanner.cookies.contains_key("__Host-session"));
    }
    let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
    assert_eq!(browser.post("/api/redeem_link", &fields).await.location(), "/home");
});

on_both_engines!(a_link_works_once_and_for_a_while, |house: House| async move {
    let portal = Portal::of(house);
    let mut browser = portal.visitor();
    let first = portal.ask_link(&mut browser, ANWEN, "").await;
    let used = [
        ("id", first.id.as_str()),
        ("secret", &first.secret),
        ("from", &first.path()),
    ];
    let mut twice = browser.clone();
    assert_eq!(browser.post("/api/redeem_link", &used).await.location(), "/home");
    assert_eq!(twice.post("/api/redeem_link", &used).await.location(), first.path());
    assert!(!twice.cookies.contains_key("__Host-session"));
    assert!(twice.get(&first.path()).await.text().contains("was used already"));

    let mut late = portal.visitor();
    let second = portal.ask_link(&mut late, ANWEN, "").await;
    portal.house.advance(SignInSettings::default().link_seconds() + 1);
    let spent = [
        ("id", second.id.as_str()),
        ("secret", &second.secret),
        ("from", &second.path()),
    ];
    assert_eq!(late.post("/api/redeem_link", &spent).await.location(), second.path());
    assert!(late.get(&second.path()).await.text().contains("has expired"));
});

on_both_engines!(a_known_and_an_unknown_address_look_alike, |house: House| async move {
    let portal = Portal::of(house);
    let mut answers = Vec::new();
    for address in [ANWEN, "nobody@nowhere.example", "tomasz@harcourtpell.example"] {
        let mut browser = portal.visitor();
        let answer = browser
            .post("/api/ask_link", &[("address", address), ("from", "/sign-in")])
            .await;
        let page = browser.follow(&answer).await;
        assert!(!page.text().contains(address));
        let policy = page.header("content-security-policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().expect("a nonce").to_owned();
        answers.push((
            answer.status,
            answer.location().to_owned(),
            page.text().replace(&nonce, ""),
        ));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let mut wrong = Vec::new();
    for (address, password) in [
        (ANWEN, "x"),
        ("nobody@nowhere.example", "x"),
        ("tomasz@harcourtpell.example", "x"),
    ] {
        let mut browser = portal.visitor();
        let answer = browser
            .fetch(
                Method::POST,
                "/api/sign_in",
                &[("content-type", "application/x-www-form-urlencoded")],
                format!("address={address}&password={password}"),
            )
            .await;
        wrong.push((answer.status, answer.text()));
    }
    assert!(wrong.windows(2).all(|pair| pair[0] == pair[1]), "{wrong:?}");
});

on_both_engines!(
    a_planted_session_is_replaced_and_signing_out_ends_it,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut browser = portal.visitor();
        browser.cookies.insert("__Host-session".to_owned(), "A".repeat(43));
        assert!(browser.get("/home").await.location().starts_with("/sign-in"));
        let letter = portal.ask_link(&mut browser, ANWEN, "").await;
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        browser.post("/api/redeem_link", &fields).await;
        assert_ne!(browser.cookies["__Host-session"], "A".repeat(43));
        let mut stolen = browser.clone();
        let out = browser.post("/api/sign_out", &[]).await;
        assert_eq!((out.location(), out.header("clear-site-data")), ("/", "\"storage\""));
        assert!(!browser.cookies.contains_key("__Host-session"));
        assert!(
            stolen.get("/home").await.location().starts_with("/sign-in"),
            "the old token is dead on the server"
        );
    }
);

on_both_engines!(a_cookie_that_comes_twice_is_no_session, |house: House| async move {
    let portal = Portal::of(house);
    let anwen = portal.anwen().await;
    let token = &anwen.cookies["__Host-session"];
    let mut visitor = portal.visitor();
    let twice = format!("__Host-session={token}; __Host-session={token}");
    let answer = visitor
        .fetch(Method::GET, "/home", &[("cookie", &twice), ("accept", PAGE)], "")
        .await;
    assert_eq!(answer.status, 303);
    let plain = format!("session={token}");
    let answer = visitor
        .fetch(Method::GET, "/home", &[("cookie", &plain), ("accept", PAGE)], "")
        .await;
    assert_eq!(answer.status, 303, "the plain name counts on http loopback alone");
});

on_both_engines!(no_next_and_no_from_leads_to_another_host, |house: House| async move {
    let portal = Portal::of(house);
    let payloads = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "http:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%0d%0aLocation:x\r\nx",
        "/\tevil.example",
        "/ /evil.example",
        " //evil.example",
        "evil.example",
        "?x",
        "#x",
        "",
        "/\u{2044}evil.example",
        "/./\\evil.example",
        "//evil.example/%2f..",
        "/home\u{0}",
        "////",
        "https://portal.harcourtpell.example@evil.example",
    ];
    for payload in payloads {
        let mut browser = portal.visitor();
        let refused = browser
            .post(
                "/api/ask_link",
                &[("address", "nonsense"), ("from", payload), ("next", payload)],
            )
            .await;
        assert_eq!(
            (refused.status.as_u16(), refused.location()),
            (303, "/"),
            "from {payload:?}"
        );
        let page = browser
            .get(&format!(
                "/sign-in?next={}",
                form_urlencoded::byte_serialize(payload.as_bytes()).collect::<String>()
            ))
            .await;
        assert_eq!(page.status, 200, "{payload:?}");
        let fields = [
            ("address", "tomasz@harcourtpell.example"),
            ("password", firm::testing::PASSWORD),
            ("next", payload),
            ("from", payload),
        ];
        let mut staff = portal.visitor();
        assert_eq!(staff.post("/api/sign_in", &fields).await.location(), "/sign-in/factor");
        let code = code_of(&portal.house.firm, "tomasz@harcourtpell.example").await;
        let entered = staff
            .post("/api/give_code", &[("code", &code), ("from", payload)])
            .await;
        assert_eq!(entered.location(), "/office/inbox", "next {payload:?}");
    }
});
