//! Addresses of a portal that the firm had before, as visitors and people who are signed in meet them.

use crate::{attacks::alike::plain, portal::Portal};
use domain::office::audit::AuditQuery;
use firm::{
    audit, legacy, on_both_engines,
    testing::{HOST, House, OTHER_HOST},
};
use http::Method;
use std::collections::BTreeSet;

const IMOGEN: &str = "imogen@harcourtpell.example";
const SECRET: &str = "8f3a9c0d1e2f3a4b5c6d7e8f";

async fn import(portal: &Portal, list: &str) {
    let (firm, imogen) = (&portal.house.firm, portal.house.imogen());
    legacy::import(firm, &imogen, list).await.expect("taken in");
}

async fn entries(portal: &Portal) -> usize {
    let view = audit::list(&portal.house.firm, &portal.house.imogen(), &AuditQuery::default()).await;
    let rows = view.expect("the log").rows;
    rows.iter().filter(|row| row.what.contains("opened an address")).count()
}

on_both_engines!(
    mission_49_an_old_link_leads_to_the_new_place_and_asks_to_sign_in,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let target = format!("/threads/{}", papers.thread);
        let old = format!("/one-click/{SECRET}?user=7");
        import(
            &portal,
            &format!("https://old.example{old},{target},anwen@marlowe.example"),
        )
        .await;

        let mut visitor = portal.visitor();
        let answer = visitor.get(&old).await;
        assert_eq!(answer.status, 303);
        let location = answer.location().to_owned();
        assert!(
            location.starts_with("/sign-in?next=") && !location.contains(SECRET),
            "{location}"
        );
        assert!(answer.header("set-cookie").is_empty(), "it grants nothing");
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "so that the next time is seen too"
        );
        let page = visitor.get(&location).await.text();
        assert!(page.contains("Old links no longer sign in by themselves"));
        assert!(
            !page.contains("Anwen") && !page.contains("anwen@"),
            "it tells nobody's name"
        );
        let head = visitor.fetch(Method::HEAD, &old, &[], "").await;
        assert_eq!(head.status, 303);
        assert_eq!(entries(&portal).await, 2, "each time is in the log");
        assert_eq!(
            visitor.get(&target).await.location(),
            format!("/sign-in?next={}", target.replace('/', "%2F"))
        );

        // With a session it leads straight there; and a stranger of the same firm sees what strangers see.
        let answer = portal.anwen().await.get(&old).await;
        assert_eq!(answer.location(), target);
        let mut priya = portal.priya().await;
        let location = priya.get(&old).await.location().to_owned();
        assert_eq!(
            (location.as_str(), priya.get(&location).await.status.as_u16()),
            (target.as_str(), 404)
        );
        // Sent on purpose: nothing but asking for it counts.
        assert_eq!(visitor.fetch(Method::POST, &old, &[], "").await.status, 404);
        assert_eq!(entries(&portal).await, 4);
    }
);

on_both_engines!(an_old_base_address_is_told_by_its_query, |house: House| async move {
    let portal = Portal::of(house);
    import(&portal, "https://old.example/?client=42,/files").await;
    let mut visitor = portal.visitor();
    assert_eq!(
        visitor.get("/?client=42").await.location(),
        "/sign-in?next=%2Ffiles&old"
    );
    assert_eq!(visitor.get("/?client=43").await.status, 200);
    assert_eq!(visitor.get("/").await.status, 200);
    assert_eq!(portal.anwen().await.get("/?client=43").await.location(), "/home");
});

on_both_engines!(
    what_is_no_old_address_is_the_same_page_as_ever,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut visitor = portal.visitor();
        let before = plain(&visitor.get("/one-click/unknown").await, "");
        import(&portal, &format!("https://old.example/one-click/{SECRET}")).await;
        let long = format!("/one-click/{}", "x".repeat(10_000));
        for path in [
            "/one-click/unknown",
            "/one-click",
            "/one-click/%00",
            "/one-click/%2e%2e/",
            "//evil.example/one-click",
            "/one-click/%F0%9F%92%A9",
            "/one-click/8f3a9c0d1e2f3a4b5c6d7e8",
            long.as_str(),
        ] {
            let answer = visitor.get(path).await;
            assert_eq!(plain(&answer, ""), before, "{path}");
        }
        let mut other = portal.visitor().at(OTHER_HOST);
        assert_eq!(other.get(&format!("/one-click/{SECRET}")).await.status, 404);
        assert_eq!(entries(&portal).await, 0);
    }
);

on_both_engines!(
    a_refused_list_comes_back_with_the_line_that_is_wrong,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let page = "/office/settings/links";
        assert!(imogen.get(page).await.text().contains("No old links are listed"));
        let list = "https://old.example/a\nhttps://old.example/b,</textarea><script>";
        let refused = imogen
            .post("/api/import_legacy", &[("from", page), ("list", list)])
            .await;
        assert_eq!(refused.location(), page);
        let shown = imogen.get(page).await.text();
        assert!(
            shown.contains("Line 2: where it leads is a path of your portal"),
            "{shown}"
        );
        assert!(shown.contains("https://old.example/b,&lt;/textarea>&lt;script>"));
        let list = format!("https://old.example/one-click/{SECRET},/files,anwen@marlowe.example");
        let taken = imogen
            .post("/api/import_legacy", &[("from", page), ("list", &list)])
            .await;
        let shown = imogen.follow(&taken).await.text();
        assert!(shown.contains("The list is taken in.") && shown.contains("/one-click/8f3a…"));
        assert!(!shown.contains(SECRET), "what may be a secret is cut short");
        let id = legacy::list(&portal.house.firm, &portal.house.imogen(), 0)
            .await
            .expect("a list")
            .rows[0]
            .id;
        let removed = imogen
            .post("/api/remove_legacy", &[("from", page), ("id", &id.to_string())])
            .await;
        assert!(
            imogen
                .follow(&removed)
                .await
                .text()
                .contains("That old link leads nowhere now.")
        );
    }
);

#[test]
fn what_the_portal_has_pages_of_its_own_for_is_no_old_address() {
    let doors = server::router::DOORS.iter().map(|door| door.path);
    let pages = server::router::PAGES.iter().map(|(path, _)| *path);
    let functions = server::router::FUNCTIONS.iter().map(|(path, _)| *path);
    let first = |path: &'static str| path.split('/').nth(1).filter(|first| !first.is_empty());
    let own: BTreeSet<&str> = doors.chain(pages).chain(functions).filter_map(first).collect();
    assert_eq!(own, domain::legacy::OWN.iter().copied().collect());
}
