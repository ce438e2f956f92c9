use super::*;
use crate::{
    files, library, on_both_engines, portal,
    sessions::Device,
    testing::House,
    threads,
    uploads::{self, Append, AppendError, Declared, Destination},
};
use domain::{
    FormId, Problem, UploadId,
    library::FileQuery,
    upload_link::{DropStep, UNSAID_AT_ONCE, UploadLinkReason},
};
use futures::stream;
use std::{convert::Infallible, sync::Arc};

/// A link to Marlowe, as its maker reads it.
struct Made {
    id: UploadLinkId,
    secret: String,
    pin: Option<String>,
}

async fn made(house: &House, pin: bool) -> Made {
    let session = SessionId::from(house.firm.random.id());
    let new = NewUploadLink {
        client: house.people.marlowe,
        label: "Bank statements 2025".to_owned(),
        days: 7,
        gigabytes: 1,
        pin,
        address: String::new(),
    };
    let id = make(&house.firm, &house.tomasz(), session, &new).await.expect("made");
    let (_, slips) = list(&house.firm, &house.tomasz(), session, house.people.marlowe)
        .await
        .expect("listed");
    let of = |kind| {
        slips
            .iter()
            .find(|(_, slip)| slip.kind == kind)
            .map(|(_, slip)| slip.words.clone())
    };
    let link = of(SlipKind::Link).expect("a link");
    let (_, secret) = link.split_once('#').expect("a secret in the fragment");
    Made {
        id,
        secret: secret.to_owned(),
        pin: of(SlipKind::Code),
    }
}

/// Opens a link in a fresh browser.
async fn opened(house: &House, link: &Made) -> String {
    let opened = guests::open(&house.firm, &Actor::Visitor, link.id, &link.secret, None).await;
    opened.expect("opened").browser
}

async fn introduced(house: &House, link: &Made, browser: &str) {
    let (firm, visitor) = (&house.firm, Actor::Visitor);
    let said = ("Rhian Okafor", "rhian@ledgerbank.example");
    guests::introduce(
        firm,
        &visitor,
        link.id,
        said.0,
        said.1,
        Some(browser),
        &Device::default(),
    )
    .await
    .expect("introduced");
}

/// The code of the newest letter.
async fn mailed(house: &House) -> String {
    house.work().await.expect("the queue");
    let letter = &house.letters()[0];
    assert_eq!(letter.to, "rhian@ledgerbank.example");
    let is_code = |line: &&str| line.len() == 9 && line.as_bytes()[4] == b' ';
    letter.text.lines().find(is_code).expect("a code").to_owned()
}

/// Goes the whole way, and says who sends.
async fn guest(house: &House, link: &Made) -> (Actor, String) {
    let (firm, visitor) = (&house.firm, Actor::Visitor);
    let browser = opened(house, link).await;
    if let Some(pin) = &link.pin {
        guests::give_pin(firm, &visitor, link.id, pin, Some(&browser), &Device::default())
            .await
            .expect("the PIN is right");
    }
    introduced(house, link, &browser).await;
    let code = mailed(house).await;
    guests::prove(firm, &visitor, link.id, &code, Some(&browser))
        .await
        .expect("proven");
    let actor = guests::sender(firm, link.id, Some(&browser)).await.expect("a guest");
    (actor, browser)
}

async fn begin(house: &House, actor: &Actor, length: Option<u64>) -> Result<UploadId> {
    let to = Destination::Client(house.people.marlowe);
    let declared = Declared {
        name: "Statement.pdf".to_owned(),
        length,
        ..Declared::default()
    };
    uploads::begin(&house.firm, actor, to, &declared).await
}

async fn uploaded(house: &House, actor: &Actor, content: &'static [u8]) -> UploadId {
    let id = begin(house, actor, Some(content.len() as u64)).await.expect("begun");
    let body = stream::iter([Ok::<_, Infallible>(bytes::Bytes::from_static(content))]);
    uploads::append(Arc::clone(&house.firm), actor.clone(), id, Append::at(0), body)
        .await
        .expect("appended");
    id
}

/// Sends a file, and takes it in.
async fn sent(house: &House, actor: &Actor) {
    let upload = uploaded(house, actor, b"seven!!").await;
    receive(&house.firm, actor, &[upload], form(house))
        .await
        .expect("received");
}

fn form(house: &House) -> FormId {
    FormId::from(house.firm.random.id())
}

fn why<T>(outcome: Result<T>) -> Option<Reason> {
    match outcome.map(|_| ()) {
        Err(Error::Problem(Problem::Refused { reason, .. })) => Some(reason),
        _ => None,
    }
}

fn is_not_found<T>(outcome: Result<T>) -> bool {
    matches!(outcome.map(|_| ()), Err(Error::Problem(Problem::NotFound)))
}

on_both_engines!(
    what_a_guest_sends_is_internal_until_staff_share_it,
    |house| async move {
        let (firm, link) = (&house.firm, made(&house, false).await);
        let (actor, browser) = guest(&house, &link).await;
        let upload = uploaded(&house, &actor, b"seven!!").await;
        let once = form(&house);
        assert_eq!(receive(firm, &actor, &[upload], once).await.expect("received"), 1);
        assert_eq!(
            receive(firm, &actor, &[upload], once).await.expect("found again"),
            1,
            "a second press makes nothing"
        );
        let listed = |actor: Actor| async move {
            let view = library::list(firm, &actor, &FileQuery::default())
                .await
                .expect("a list");
            view.rows
        };
        let seen = listed(house.tomasz()).await;
        assert_eq!(seen.len(), 1);
        let called = "Rhian Okafor (rhian@ledgerbank.example, by an upload link)";
        assert_eq!((seen[0].sender.name.as_str(), seen[0].shared), (called, false));
        assert_eq!(seen[0].sender.initials, "RO");
        assert!(seen[0].file.new, "new to staff");
        assert!(listed(house.anwen()).await.is_empty() && listed(house.priya()).await.is_empty());
        let file = seen[0].file.id;
        assert!(is_not_found(library::view(firm, &house.anwen(), file).await));
        library::change(firm, &house.tomasz(), &[file], &[domain::library::Act::Share])
            .await
            .expect("shared");
        let seen = listed(house.anwen()).await;
        assert_eq!(seen[0].sender.name, "Rhian Okafor (by an upload link)");
        let withdrawn = library::change(firm, &house.anwen(), &[file], &[domain::library::Act::Withdraw]).await;
        assert!(is_not_found(withdrawn), "a guest's file is no contact's own");
        let page = library::view(firm, &house.tomasz(), file).await.expect("its page");
        assert_eq!(
            page.versions[0].sender, called,
            "nobody passes for one of the firm's people"
        );
        let (links, _) = list(
            firm,
            &house.tomasz(),
            SessionId::from(firm.random.id()),
            house.people.marlowe,
        )
        .await
        .expect("listed");
        assert_eq!((links.rows[0].files, links.rows[0].bytes), (1, 7));
        let page = guests::page(firm, &Actor::Visitor, link.id, Some(&browser))
            .await
            .expect("a page");
        let DropStep::Send(sending) = page.step else {
            panic!("a guest who may send: {:?}", page.step)
        };
        assert_eq!((sending.receipts.len(), sending.left), (1, 1_000_000_000 - 7));
    }
);

on_both_engines!(a_guest_reads_nothing_of_the_firms, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (actor, _) = guest(&house, &link).await;
    sent(&house, &actor).await;
    let seen = library::list(firm, &house.tomasz(), &FileQuery::default())
        .await
        .expect("a list");
    let file = seen.rows[0].file.id;
    assert!(is_not_found(library::list(firm, &actor, &FileQuery::default()).await));
    assert!(is_not_found(library::view(firm, &actor, file).await));
    assert!(
        is_not_found(files::content(firm, &actor, file).await),
        "not even their own"
    );
    assert!(is_not_found(portal::frame(firm, &actor).await));
    assert!(is_not_found(portal::home(firm, &actor).await));
    assert!(is_not_found(library::export(firm, &actor, house.people.marlowe).await));
    let new = threads::NewThread {
        client: house.people.marlowe,
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        uploads: Vec::new(),
        form: form(&house),
    };
    assert!(is_not_found(threads::start(firm, &actor, &new).await));
    for to in [Destination::Client(house.people.tanner), Destination::Version(file)] {
        let declared = Declared {
            name: "Other.pdf".to_owned(),
            length: Some(3),
            ..Declared::default()
        };
        assert!(
            is_not_found(uploads::begin(firm, &actor, to, &declared).await),
            "{to:?}"
        );
    }
});

on_both_engines!(each_step_waits_for_the_one_before_it, |house| async move {
    let (firm, visitor) = (&house.firm, Actor::Visitor);
    let link = made(&house, true).await;
    let open_again = Some(Reason::UploadLink(UploadLinkReason::OpenAgain));
    for typed in ["", "no", &format!("{}x", link.secret)] {
        let outcome = guests::open(firm, &visitor, link.id, typed, None).await;
        assert_eq!(why(outcome), Some(Reason::UploadLink(UploadLinkReason::NotTheLink)));
    }
    // The whole link, as pasted, is as good as its secret.
    let pasted = format!(" https://portal.example/drop/{}#{} ", link.id, link.secret);
    let opened_in = guests::open(firm, &visitor, link.id, &pasted, None)
        .await
        .expect("opened")
        .browser;
    let browser = Some(opened_in.as_str());
    let device = Device::default();
    assert_eq!(why(guests::sender(firm, link.id, browser).await), open_again);
    let early = guests::introduce(firm, &visitor, link.id, "A", "a@b.example", browser, &device).await;
    assert_eq!(why(early), open_again, "the PIN comes first");
    assert_eq!(
        why(guests::prove(firm, &visitor, link.id, "B4HN 9RTW", browser).await),
        open_again
    );
    let pin = link.pin.clone().expect("a PIN");
    let page = guests::page(firm, &visitor, link.id, browser).await.expect("a page");
    assert!(
        matches!(page.step, DropStep::Pin { left: PIN_TRIES }),
        "{:?}",
        page.step
    );
    guests::give_pin(firm, &visitor, link.id, &pin, browser, &device)
        .await
        .expect("the PIN is right");
    introduced(&house, &link, &opened_in).await;
    let code = mailed(&house).await;
    assert_eq!(why(guests::sender(firm, link.id, browser).await), open_again);
    let other = opened(&house, &link).await;
    let elsewhere = guests::prove(firm, &visitor, link.id, &code, Some(&other)).await;
    assert_eq!(why(elsewhere), open_again, "the code proves nothing in another browser");
    for left in (1..domain::limits::CODE_TRIES).rev() {
        let wrong = guests::prove(firm, &visitor, link.id, "AAAA AAAA", browser).await;
        let left = left.unsigned_abs();
        assert_eq!(why(wrong), Some(Reason::WrongCode { left }));
    }
    let spent = Some(Reason::UploadLink(UploadLinkReason::CodeSpent));
    assert_eq!(
        why(guests::prove(firm, &visitor, link.id, "AAAA AAAA", browser).await),
        spent
    );
    assert_eq!(why(guests::prove(firm, &visitor, link.id, &code, browser).await), spent);
    introduced(&house, &link, &opened_in).await;
    let code = mailed(&house).await;
    guests::prove(firm, &visitor, link.id, &code, browser)
        .await
        .expect("proven");
    assert!(guests::sender(firm, link.id, browser).await.is_ok());
});

on_both_engines!(
    a_pin_is_guessed_twenty_times_however_many_guess_at_once,
    |house| async move {
        let link = made(&house, true).await;
        let pin = link.pin.clone().expect("a PIN");
        let wrong = if pin == "000000" { "000001" } else { "000000" };
        let mut browsers = Vec::new();
        for _ in 0..5 {
            browsers.push(opened(&house, &link).await);
        }
        let guesses: Vec<_> = (0..40)
            .map(|number| {
                let (firm, browser) = (Arc::clone(&house.firm), browsers[number % 5].clone());
                tokio::spawn(async move {
                    let device = Device::default();
                    let guess = guests::give_pin(&firm, &Actor::Visitor, link.id, wrong, Some(&browser), &device);
                    why(guess.await)
                })
            })
            .collect();
        let mut counted = 0;
        for guess in guesses {
            let spent = Reason::UploadLink(UploadLinkReason::PinSpent);
            match guess.await.expect("a task") {
                Some(Reason::UploadLink(UploadLinkReason::WrongPin { .. })) => counted += 1,
                other => assert_eq!(other, Some(spent)),
            }
        }
        assert_eq!(counted, PIN_TRIES - 1, "the last one says that it was the last");
        let device = Device::default();
        let browser = Some(browsers[0].as_str());
        let right = guests::give_pin(&house.firm, &Actor::Visitor, link.id, &pin, browser, &device);
        assert_eq!(why(right.await), Some(Reason::UploadLink(UploadLinkReason::PinSpent)));
    }
);

on_both_engines!(two_files_never_share_the_room_of_a_link, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (actor, _) = guest(&house, &link).await;
    let first = begin(&house, &actor, Some(700_000_000)).await.expect("begun");
    let full = Some(Reason::RoomFull { left: 300_000_000 });
    assert_eq!(why(begin(&house, &actor, Some(400_000_000)).await), full);
    let (other, _) = guest(&house, &link).await;
    assert_eq!(
        why(begin(&house, &other, Some(400_000_000)).await),
        full,
        "another guest"
    );
    uploads::cancel(firm, &actor, first).await.expect("given up");
    assert!(begin(&house, &other, Some(400_000_000)).await.is_ok());
    // What does not say how long it is may turn out to fill the rest: few at once.
    for _ in 0..UNSAID_AT_ONCE {
        begin(&house, &actor, None).await.expect("begun");
    }
    let most = Some(Reason::UploadLink(UploadLinkReason::Full));
    assert_eq!(why(begin(&house, &actor, None).await), most);
});

on_both_engines!(what_was_sent_counts_even_after_it_was_removed, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (actor, _) = guest(&house, &link).await;
    sent(&house, &actor).await;
    let seen = library::list(firm, &house.tomasz(), &FileQuery::default())
        .await
        .expect("a list");
    library::change(
        firm,
        &house.tomasz(),
        &[seen.rows[0].file.id],
        &[domain::library::Act::Trash],
    )
    .await
    .expect("removed");
    assert_eq!(
        why(begin(&house, &actor, Some(1_000_000_000)).await),
        Some(Reason::RoomFull { left: 999_999_993 })
    );
});

on_both_engines!(
    a_link_that_ended_takes_nothing_more_not_even_what_was_begun,
    |house| async move {
        let (firm, link) = (&house.firm, made(&house, false).await);
        let (actor, browser) = guest(&house, &link).await;
        let waiting = uploaded(&house, &actor, b"seven!!").await;
        let begun = begin(&house, &actor, Some(4)).await.expect("begun");
        let stranger = end(firm, &house.anwen(), link.id).await;
        assert!(is_not_found(stranger));
        end(firm, &house.tomasz(), link.id).await.expect("ended");
        let ended = Some(Reason::UploadLink(UploadLinkReason::Ended));
        assert_eq!(why(guests::sender(firm, link.id, Some(&browser)).await), ended);
        let gone = guests::sender_of(firm, begun, &browser).await.expect("read");
        assert!(gone.is_none(), "what was on its way is given up");
        assert_eq!(why(receive(firm, &actor, &[waiting], form(&house)).await), ended);
        assert_eq!(why(begin(&house, &actor, Some(4)).await), ended);
        let again = guests::open(firm, &Actor::Visitor, link.id, &link.secret, None).await;
        assert_eq!(why(again), ended);
        let page = guests::page(firm, &Actor::Visitor, link.id, Some(&browser))
            .await
            .expect("a page");
        assert_eq!((page.standing, page.label.as_str()), (Standing::Ended, ""));
    }
);

on_both_engines!(a_link_expires, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (_, browser) = guest(&house, &link).await;
    house.advance(7 * 24 * 3600);
    let expired = Some(Reason::UploadLink(UploadLinkReason::Expired));
    assert_eq!(why(guests::sender(firm, link.id, Some(&browser)).await), expired);
    let again = guests::open(firm, &Actor::Visitor, link.id, &link.secret, None).await;
    assert_eq!(why(again), expired);
});

on_both_engines!(
    a_guest_goes_on_for_a_day_and_sees_their_own_receipts_alone,
    |house| async move {
        let (firm, link) = (&house.firm, made(&house, false).await);
        let (actor, browser) = guest(&house, &link).await;
        sent(&house, &actor).await;
        let (_, other) = guest(&house, &link).await;
        let page = guests::page(firm, &Actor::Visitor, link.id, Some(&other))
            .await
            .expect("a page");
        let DropStep::Send(sending) = page.step else {
            panic!("a guest who may send: {:?}", page.step)
        };
        assert!(sending.receipts.is_empty(), "another guest of the same link");
        house.advance(24 * 3600);
        let page = guests::page(firm, &Actor::Visitor, link.id, Some(&browser))
            .await
            .expect("a page");
        assert_eq!((page.step, page.label.as_str()), (DropStep::Door, ""));
    }
);

on_both_engines!(an_upload_is_its_own_guests_alone, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (actor, browser) = guest(&house, &link).await;
    let (other, others) = guest(&house, &link).await;
    let begun = begin(&house, &actor, Some(4)).await.expect("begun");
    assert!(guests::sender_of(firm, begun, &others).await.expect("read").is_none());
    assert!(guests::sender_of(firm, begun, &browser).await.expect("read").is_some());
    for foreign in [other, house.anwen(), house.tomasz()] {
        assert!(is_not_found(uploads::cancel(firm, &foreign, begun).await));
        let nothing = stream::empty::<std::result::Result<bytes::Bytes, Infallible>>();
        let appended = uploads::append(Arc::clone(firm), foreign.clone(), begun, Append::at(0), nothing).await;
        assert!(matches!(
            appended,
            Err(AppendError::Error(Error::Problem(Problem::NotFound)))
        ));
        let taken = receive(firm, &foreign, &[begun], form(&house)).await;
        assert!(taken.is_err());
    }
});

on_both_engines!(
    the_maker_hears_once_that_something_came_and_never_what,
    |house| async move {
        let link = made(&house, false).await;
        let (actor, _) = guest(&house, &link).await;
        for _ in 0..3 {
            sent(&house, &actor).await;
        }
        let before = house.letters().len();
        house.work().await.expect("the queue");
        assert_eq!(house.letters().len(), before, "not before the quiet window is over");
        house.advance(crate::messages::QUIET);
        house.work().await.expect("the queue");
        let letters = house.letters();
        assert_eq!(letters.len(), before + 1);
        assert_eq!(letters[0].to, "tomasz@harcourtpell.example");
        let whole = format!("{:?}", letters[0]);
        for word in ["Statement", "Bank statements", "Rhian", "Marlowe"] {
            assert!(!whole.contains(word), "{word}");
        }
    }
);

on_both_engines!(a_link_is_mailed_where_staff_ask_for_it, |house| async move {
    let session = SessionId::from(house.firm.random.id());
    let new = NewUploadLink {
        client: house.people.marlowe,
        label: "Bank statements 2025".to_owned(),
        days: 7,
        gigabytes: 1,
        pin: true,
        address: "rhian@ledgerbank.example".to_owned(),
    };
    for wrong in [
        NewUploadLink { days: 8, ..new.clone() },
        NewUploadLink {
            gigabytes: 0,
            ..new.clone()
        },
        NewUploadLink {
            label: " ".to_owned(),
            ..new.clone()
        },
        NewUploadLink {
            address: "rhian".to_owned(),
            ..new.clone()
        },
    ] {
        assert!(
            make(&house.firm, &house.tomasz(), session, &wrong).await.is_err(),
            "{wrong:?}"
        );
    }
    assert!(is_not_found(make(&house.firm, &house.anwen(), session, &new).await));
    let id = make(&house.firm, &house.tomasz(), session, &new).await.expect("made");
    let (_, slips) = list(&house.firm, &house.tomasz(), session, house.people.marlowe)
        .await
        .expect("listed");
    let pin = slips
        .iter()
        .find(|(_, slip)| slip.kind == SlipKind::Code)
        .expect("a PIN");
    house.work().await.expect("the queue");
    let letter = &house.letters()[0];
    assert_eq!(letter.to, "rhian@ledgerbank.example");
    assert!(letter.text.contains(&format!("/drop/{id}#")) && letter.text.contains("PIN"));
    assert!(!letter.text.contains(&pin.1.words) && !letter.text.contains("Marlowe"));
    let (_, others) = list(
        &house.firm,
        &house.imogen(),
        SessionId::from(house.firm.random.id()),
        house.people.marlowe,
    )
    .await
    .expect("listed");
    assert!(others.is_empty(), "what is shown once is shown to its maker alone");
});

on_both_engines!(a_sweep_forgets_who_never_proved_an_address, |house| async move {
    let link = made(&house, false).await;
    opened(&house, &link).await;
    let (_, _) = guest(&house, &link).await;
    let guests = || async { house.row_counts().await.expect("counted")["guest"] };
    assert_eq!(guests().await, 2);
    house.advance(25 * 3600);
    crate::sweep::run(&house.firm).await.expect("swept");
    assert_eq!(guests().await, 1);
});

on_both_engines!(a_code_that_was_taken_back_is_mailed_to_nobody, |house| async move {
    let (firm, visitor) = (&house.firm, Actor::Visitor);
    let link = made(&house, false).await;
    let browser = opened(&house, &link).await;
    let device = Device::default();
    let addresses = ["a@one.example", "b@two.example", "victim@three.example"];
    for address in addresses {
        guests::introduce(firm, &visitor, link.id, "A", address, Some(&browser), &device)
            .await
            .expect("introduced");
    }
    let before = house.letters().len();
    house.work().await.expect("the queue");
    let letters = house.letters();
    assert_eq!(letters.len(), before + 1, "one mail, however many were asked for");
    assert_eq!(letters[0].to, "victim@three.example");
    for number in 3..5 {
        let address = format!("{number}@four.example");
        guests::introduce(firm, &visitor, link.id, "A", &address, Some(&browser), &device)
            .await
            .expect("introduced");
    }
    let more = guests::introduce(firm, &visitor, link.id, "A", "c@five.example", Some(&browser), &device).await;
    assert!(matches!(more, Err(Error::Problem(Problem::TooMany { .. }))));
});

on_both_engines!(
    what_was_on_its_way_frees_its_room_when_the_link_ends,
    |house| async move {
        let (firm, link) = (&house.firm, made(&house, false).await);
        let (actor, _) = guest(&house, &link).await;
        begin(&house, &actor, Some(900_000_000)).await.expect("begun");
        uploaded(&house, &actor, b"seven!!").await;
        let uploads = || async { house.row_counts().await.expect("counted")["upload"] };
        assert_eq!(uploads().await, 2);
        end(firm, &house.tomasz(), link.id).await.expect("ended");
        assert_eq!(uploads().await, 0);
    }
);

on_both_engines!(one_browser_goes_on_with_two_links, |house| async move {
    let (firm, first) = (&house.firm, made(&house, false).await);
    let (actor, browser) = guest(&house, &first).await;
    sent(&house, &actor).await;
    let second = made(&house, false).await;
    let again = guests::open(firm, &Actor::Visitor, second.id, &second.secret, Some(&browser)).await;
    let again = again.expect("opened").browser;
    assert_eq!(again, browser, "the first link goes on");
    let sender = guests::sender(firm, first.id, Some(&again)).await.expect("still");
    assert_eq!(sender.person(), actor.person());
    let open_again = Some(Reason::UploadLink(UploadLinkReason::OpenAgain));
    assert_eq!(
        why(guests::sender(firm, second.id, Some(&again)).await),
        open_again,
        "what was proven for one link is not proven for another"
    );
    let planted = Token::generate(&firm.random).text().to_string();
    let fixed = guests::open(firm, &Actor::Visitor, second.id, &second.secret, Some(&planted)).await;
    assert_ne!(
        fixed.expect("opened").browser,
        planted,
        "nobody gives a browser its cookie"
    );
});

on_both_engines!(a_shared_file_of_a_guest_is_new_to_staff_alone, |house| async move {
    let (firm, link) = (&house.firm, made(&house, false).await);
    let (actor, _) = guest(&house, &link).await;
    let new = |actor: Actor| async move { portal::frame(firm, &actor).await.expect("a frame").new_files };
    let (staff, contact) = (new(house.tomasz()).await, new(house.anwen()).await);
    sent(&house, &actor).await;
    let seen = library::list(firm, &house.tomasz(), &FileQuery::default())
        .await
        .expect("a list");
    let share = [domain::library::Act::Share];
    library::change(firm, &house.tomasz(), &[seen.rows[0].file.id], &share)
        .await
        .expect("shared");
    assert_eq!(
        (new(house.tomasz()).await, new(house.anwen()).await),
        (staff + 1, contact)
    );
});
