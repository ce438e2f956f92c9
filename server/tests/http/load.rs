//! Many at once: pages are rendered on several threads, and none may stand in another's way.

use crate::portal::Portal;
use firm::{on_both_engines, testing::House};

on_both_engines!(pages_rendered_by_many_at_once_never_fail, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(b"figures").await;
    portal.answer(papers.thread, "unread for her").await;
    let anwen = portal.anwen().await;
    let visits: Vec<_> = (0..16)
        .map(|_| {
            let mut browser = anwen.clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    let page = browser.get("/home").await;
                    assert_eq!(page.status, 200);
                    assert!(page.text().contains("October papers"));
                }
            })
        })
        .collect();
    for visit in visits {
        visit.await.expect("every page came whole");
    }
});
