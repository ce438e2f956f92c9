//! What a firm chooses about signing in, over the real router: the form, security questions, and the links.

use crate::{browser::Browser, logs::Logs, portal::Portal, tus::create};
use domain::settings::{SignInDraft, SignInSettings};
use firm::{
    RegistrySettings, on_both_engines,
    settings::sign_in,
    testing::{HOST, House},
};
use vault::Region;

const PAGE: &str = "/office/settings/sign-in";
const IMOGEN: &str = "imogen@harcourtpell.example";

/// The form as it is shown, with some fields typed over.
async fn save(browser: &mut Browser, house: &House, typed: &[(&str, &str)]) -> String {
    let settings = sign_in::edit(&house.firm, &house.imogen()).await.expect("read");
    let shown = SignInDraft::from(&settings);
    let mut fields: Vec<(&str, &str)> = vec![
        ("from", PAGE),
        ("profile", &shown.profile),
        ("password_chars", &shown.password_chars),
        ("link_minutes", &shown.link_minutes),
        ("without_mobile", &shown.without_mobile),
        ("questions", &shown.questions),
        ("question_list", &shown.question_list),
        ("idle_days", &shown.idle_days),
        ("total_days", &shown.total_days),
    ];
    if shown.passwordless == "yes" {
        fields.push(("passwordless", "yes"));
    }
    fields.retain(|(name, _)| !typed.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(typed);
    let answer = browser.post("/api/save_sign_in", &fields).await;
    assert_eq!(answer.location(), PAGE);
    browser.follow(&answer).await.text()
}

on_both_engines!(
    a_refused_setting_comes_back_filled_in_and_changes_nothing,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let typed = [
            ("idle_days", "60"),
            ("total_days", "20"),
            ("question_list", "Which river?\nWhich </textarea><b>hill?"),
            ("without_mobile", "mail"),
        ];
        let page = save(&mut imogen, &portal.house, &typed).await;
        assert!(page.contains("Choose a number from 60 to 365."), "{page}");
        assert!(page.contains("aria-describedby=\"total_days-hint total_days-error\""));
        assert!(page.contains("value=\"60\"") && page.contains("value=\"20\""));
        assert!(page.contains("Which river?\nWhich &lt;/textarea>&lt;b>hill?"));
        let kept = sign_in::read(&portal.house.firm).await.expect("read");
        assert_eq!(kept, SignInSettings::default());
        let page = save(
            &mut imogen,
            &portal.house,
            &[("idle_days", "60"), ("password_chars", "10")],
        )
        .await;
        assert!(page.contains("Saved.") && page.contains("A password may have 10 characters here."));
        let kept = sign_in::read(&portal.house.firm).await.expect("read");
        assert_eq!((kept.contact_idle_days, kept.password_chars), (60, 10));
        let log = imogen.get("/office/audit?topic=settings").await.text();
        assert!(log.contains("60, before 30"), "{log}");
    }
);

on_both_engines!(
    m18_a_contact_has_a_page_for_questions_only_where_the_firm_asks_some,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let mut anwen = portal.anwen().await;
        let here = "/account/questions";
        assert_eq!(anwen.get(here).await.status, 404);
        assert!(!anwen.get("/account").await.text().contains(here));
        save(&mut imogen, &portal.house, &[("questions", "2")]).await;
        assert!(anwen.get("/account").await.text().contains(here));
        let page = anwen.get(here).await.text();
        assert!(page.contains("name=\"question[1]\"") && page.contains("name=\"answer[1]\""));
        let (street, teacher) = (
            "Which street did you first live in?",
            "What was the name of your first teacher?",
        );
        let fields = [
            ("from", here),
            ("question[0]", street),
            ("answer[0]", "Kiln Lane"),
            ("question[1]", street),
            ("answer[1]", "Miss Prosser"),
        ];
        let refused = anwen.post("/api/answer_questions", &fields).await;
        let page = anwen.follow(&refused).await.text();
        assert!(page.contains("You chose this question above."), "{page}");
        assert!(!page.contains("Kiln Lane"), "an answer never comes back");
        assert!(
            page.contains(&format!("value=\"{street}\" selected")),
            "a choice does: {page}"
        );
        let mut fields = fields.to_vec();
        fields[3] = ("question[1]", teacher);
        let kept = anwen.post("/api/answer_questions", &fields).await;
        let page = anwen.follow(&kept).await.text();
        assert!(page.contains("Your answers are kept.") && page.contains("Answered on"));
        // Later, a proof comes first.
        portal.house.advance(601);
        let page = anwen.get(here).await.text();
        assert!(page.contains("/account/confirm?next=/account/questions") && !page.contains("answer[0]"));
        save(&mut imogen, &portal.house, &[("profile", "strict"), ("questions", "2")]).await;
        assert_ne!(anwen.get(here).await.status, 200);
    }
);

on_both_engines!(
    m19_staff_clear_a_contacts_questions_with_a_reason,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let mut anwen = portal.anwen().await;
        save(&mut imogen, &portal.house, &[("questions", "1")]).await;
        let id = portal.house.people.anwen.to_string();
        let page = format!("/office/contacts/{id}");
        assert!(!imogen.get(&page).await.text().contains("Clear their questions"));
        let fields = [
            ("from", "/account/questions"),
            ("question[0]", "Which street did you first live in?"),
            ("answer[0]", "Kiln Lane"),
        ];
        anwen.post("/api/answer_questions", &fields).await;
        assert!(imogen.get(&page).await.text().contains("Clear their questions"));
        let fields = [("from", page.as_str()), ("id", &id), ("reason", " ")];
        let refused = imogen.post("/api/clear_questions", &fields).await;
        assert!(imogen.follow(&refused).await.text().contains("Say why."));
        let fields = [("from", page.as_str()), ("id", &id), ("reason", "Forgot the answer")];
        let cleared = imogen.post("/api/clear_questions", &fields).await;
        let after = imogen.follow(&cleared).await.text();
        assert!(after.contains("they are told by email") && !after.contains("Clear their questions"));
        portal.house.work().await.expect("the queue");
        let told = "Your security questions were cleared";
        let letter = portal.house.letters().into_iter().find(|letter| letter.subject == told);
        assert_eq!(letter.expect("a letter").to, "anwen@marlowe.example");
        let log = imogen.get("/office/audit?topic=contacts").await.text();
        assert!(log.contains("Forgot the answer"), "{log}");
    }
);

on_both_engines!(
    room_is_set_in_gigabytes_shown_before_choosing_and_full_is_413_before_the_bytes,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut imogen, mut anwen) = (portal.by_password(HOST, IMOGEN).await, portal.anwen().await);
        let here = "/office/settings/storage";
        let fields = [("from", here), ("firm_room", "2.5"), ("client_room", "1")];
        let refused = imogen.post("/api/save_storage", &fields).await;
        let page = imogen.follow(&refused).await.text();
        assert!(page.contains("Choose a number from 1 to 1000000") && page.contains("value=\"2.5\""));
        let fields = [("from", here), ("firm_room", ""), ("client_room", "1")];
        let kept = imogen.post("/api/save_storage", &fields).await;
        assert!(imogen.follow(&kept).await.text().contains("Saved."));
        let papers = portal.papers(b"figures").await;
        let thread = anwen.get(&format!("/threads/{}", papers.thread)).await.text();
        assert!(
            thread.contains("1 GB each"),
            "the limit is on the page before anything is chosen"
        );
        let full = create(&mut anwen, papers.thread, &[("upload-length", "1000000001")], "").await;
        assert_eq!(full.status, 413, "{}", full.text());
        let client = format!("/office/clients/{}", portal.marlowe());
        let marlowe = portal.marlowe().to_string();
        let fields = [("from", client.as_str()), ("id", &marlowe), ("client_room", "7")];
        let own = imogen.post("/api/save_client_room", &fields).await;
        assert!(imogen.follow(&own).await.text().contains("7 bytes of 7 GB are used."));
        let mut tomasz = portal.tomasz().await;
        let page = tomasz.get(&client).await.text();
        assert!(page.contains("of 7 GB are used.") && !page.contains("Change the limit"));
        assert!(
            imogen
                .get("/office/audit")
                .await
                .text()
                .contains("7 GB, before no limit")
        );
    }
);

on_both_engines!(
    the_store_is_shown_and_tested_by_who_runs_the_settings,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let here = "/office/settings/stores";
        let page = imogen.get(here).await.text();
        assert!(page.contains("On the disk of this server") && page.contains("uk"));
        let probed = imogen.post("/api/probe_store", &[("from", here)]).await;
        let page = imogen.follow(&probed).await.text();
        assert!(page.contains("It works") && page.contains("It worked and took "));
        let objects = portal.house.folder.path().join("objects");
        std::fs::remove_dir_all(&objects).expect("removed");
        std::fs::write(&objects, b"no folder").expect("a file in its place");
        let broken = imogen.post("/api/probe_store", &[("from", here)]).await;
        let page = imogen.follow(&broken).await.text();
        assert!(!page.contains("It works") && page.contains("Reference") && page.contains("It failed, "));
    }
);

on_both_engines!(
    a_store_of_another_region_takes_nothing_and_the_log_says_why,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut house = portal.house;
        let elsewhere = Region::parse("eu").expect("a region");
        let move_away = |settings: &mut RegistrySettings| {
            settings.stores = settings.stores.clone().reside(HOST, elsewhere);
        };
        house.restart(move_away).await;
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let logs = Logs::listen();
        let refused = create(&mut anwen, papers.thread, &[("upload-length", "7")], "").await;
        assert_eq!(refused.status, 503);
        assert!(
            refused.text().contains("We cannot store this at the moment"),
            "{}",
            refused.text()
        );
        assert!(
            !refused.text().contains("eu"),
            "which region is the operator's business"
        );
        let firm = portal.house.firm.id().to_string();
        let said = logs.lines(&[
            "ERROR",
            &firm,
            "store=\"disk\"",
            "is=\"uk\"",
            "wanted=\"eu\"",
            "another region",
        ]);
        assert_eq!(said.len(), 1, "{}", logs.text());
        let mut imogen = portal.by_password(HOST, IMOGEN).await;
        let page = imogen.get("/office/settings/stores").await.text();
        assert!(page.contains("have to be in eu, and this store is in uk"));
    }
);
