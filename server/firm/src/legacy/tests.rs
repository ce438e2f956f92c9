use super::*;
use crate::{audit, on_both_engines, testing::House};
use domain::office::audit::AuditQuery;

const LIST: &str = "# from the old portal\n\nhttps://old.example/c/8f3a9c0d1e2f3a4b, /threads, anwen@marlowe.example\nhttps://old.example/plain\nhttps://old.example/?c=1, /files\n";

fn from(network: &str) -> Device {
    Device {
        network: network.to_owned(),
        ..Device::default()
    }
}

async fn opened(house: &House, address: &str) -> Option<String> {
    open(&house.firm, &from("192.0.2.0/24"), address)
        .await
        .expect("looked up")
}

async fn log(house: &House) -> Vec<(String, String, String)> {
    let view = audit::list(&house.firm, &house.imogen(), &AuditQuery::default())
        .await
        .expect("the log");
    view.rows
        .into_iter()
        .map(|row| (row.what, row.thing, row.detail))
        .collect()
}

fn refusal(result: &Result<Imported>) -> Option<(u32, LegacyFault)> {
    match result {
        Err(Error::Problem(domain::Problem::Refused {
            field: Field::LegacyList,
            reason: Reason::LegacyLine { line, fault },
        })) => Some((*line, *fault)),
        _ => None,
    }
}

on_both_engines!(
    mission_49_an_old_address_leads_to_its_place_and_each_time_is_in_the_log,
    |house: House| async move {
        let done = import(&house.firm, &house.imogen(), LIST).await.expect("taken in");
        assert_eq!((done.added, done.changed, done.same), (3, 0, 0));
        assert_eq!(opened(&house, "/c/8f3a9c0d1e2f3a4b").await.as_deref(), Some("/threads"));
        assert_eq!(opened(&house, "/plain?from=mail").await.as_deref(), Some("/"));
        assert_eq!(opened(&house, "/?c=1").await.as_deref(), Some("/files"));
        for unknown in [
            "/c/8f3a9c0d1e2f3a4",
            "/c",
            "/?c=2",
            "/",
            "/Plain",
            "/plain/",
            "/plain%3F",
        ] {
            assert_eq!(opened(&house, unknown).await, None, "{unknown}");
        }
        let other = open(&house.other, &from("192.0.2.0/24"), "/plain").await;
        assert_eq!(other.expect("looked up"), None, "another firm's list is its own");
        let entries: Vec<_> = log(&house)
            .await
            .into_iter()
            .filter(|(what, ..)| what.contains("former portal"))
            .collect();
        assert_eq!(entries.len(), 4, "{entries:?}");
        let (what, whose, detail) = &entries[2];
        assert_eq!(what, "opened an address of a former portal that was for");
        assert!(
            whose.starts_with("Anwen") && detail == "/c/8f3a… to /threads",
            "{whose} {detail}"
        );

        let rows = list(&house.firm, &house.imogen(), 0).await.expect("a list").rows;
        assert!(rows.iter().all(|row| row.hits == 1 && row.last.is_some()));
        assert!(rows.iter().any(|row| row.shown == "/c/8f3a…"));
    }
);

on_both_engines!(the_same_list_again_changes_nothing, |house: House| async move {
    let (firm, imogen) = (&house.firm, house.imogen());
    import(firm, &imogen, LIST).await.expect("taken in");
    let before = log(&house).await.len();
    let again = import(firm, &imogen, LIST).await.expect("taken in");
    assert_eq!((again.added, again.changed, again.same), (0, 0, 3));
    assert_eq!(log(&house).await.len(), before, "what changes nothing is not logged");
    let moved = import(firm, &imogen, "https://elsewhere.example/plain,/home")
        .await
        .expect("taken in");
    assert_eq!((moved.added, moved.changed), (0, 1));
    assert_eq!(opened(&house, "/plain").await.as_deref(), Some("/home"));
});

on_both_engines!(a_list_counts_whole_or_not_at_all, |house: House| async move {
    let (firm, imogen) = (&house.firm, house.imogen());
    for (text, expected) in [
        ("https://old.example/a\nnonsense", (2, LegacyFault::NoAddress)),
        (
            "https://old.example/a\n\nhttps://old.example/home",
            (3, LegacyFault::Own),
        ),
        ("https://old.example/a,//evil.example", (1, LegacyFault::Target)),
        (
            "https://old.example/a\nhttps://old.example/b,/home,nobody@marlowe.example",
            (2, LegacyFault::Contact),
        ),
        ("https://old.example/a\nhttp://other.example/a", (2, LegacyFault::Twice)),
    ] {
        assert_eq!(refusal(&import(firm, &imogen, text).await), Some(expected), "{text}");
    }
    let many: Vec<String> = (0..=LIST_LINES).map(|n| format!("https://old.example/{n}")).collect();
    let many = many.join("\n");
    for text in ["", "# nothing\n", &many] {
        assert!(import(firm, &imogen, text).await.is_err());
    }
    assert_eq!(list(firm, &imogen, 0).await.expect("a list").total, 0);
});

on_both_engines!(only_who_runs_the_firm_lists_and_removes, |house: House| async move {
    let firm = &house.firm;
    import(firm, &house.imogen(), LIST).await.expect("taken in");
    let id = list(firm, &house.imogen(), 0).await.expect("a list").rows[0].id;
    for actor in [house.tomasz(), house.anwen(), Actor::Visitor] {
        assert!(import(firm, &actor, LIST).await.is_err());
        assert!(list(firm, &actor, 0).await.is_err());
        assert!(remove(firm, &actor, id).await.is_err());
    }
    remove(firm, &house.imogen(), id).await.expect("removed");
    assert!(remove(firm, &house.imogen(), id).await.is_err(), "once");
    assert_eq!(list(firm, &house.imogen(), 0).await.expect("a list").total, 2);
    import(firm, &Actor::Operator, LIST)
        .await
        .expect("the command line may");
});

on_both_engines!(
    a_flood_of_old_addresses_does_not_fill_the_log,
    |house: House| async move {
        import(&house.firm, &house.imogen(), LIST).await.expect("taken in");
        let device = from("198.51.100.0/24");
        for _ in 0..30 {
            open(&house.firm, &device, "/plain").await.expect("one of thirty");
        }
        assert!(open(&house.firm, &device, "/plain").await.is_err());
        assert_eq!(
            opened(&house, "/plain").await.as_deref(),
            Some("/"),
            "others are not slowed"
        );
        let unknown = open(&house.firm, &device, "/unknown").await;
        assert_eq!(
            unknown.expect("looked up"),
            None,
            "and nothing is told of what is unknown"
        );
    }
);
