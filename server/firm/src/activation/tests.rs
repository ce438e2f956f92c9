use super::*;
use crate::{
    clients::{self, PortalStep},
    contacts::{self, ContactDraft, Rights},
    error::Error,
    invitations, on_both_engines, sessions,
    testing::{House, PASSWORD},
    walks::{WalkPage, page},
};
use domain::{ContactId, Problem, settings::SignInSettings, settings::WithoutMobile, sign_in::LinkState};

const HUGH: &str = "hugh@kestrelhill.example";
const MOBILE: &str = "+447700900042";
const VISITOR: Actor = Actor::Visitor;

/// What an invitation's mail holds.
struct Mailed {
    id: LinkId,
    secret: String,
}

async fn add(house: &House, phone: &str) -> ContactId {
    let draft = ContactDraft {
        first_name: "Hugh".to_owned(),
        last_name: "Kestrel".to_owned(),
        address: HUGH.to_owned(),
        phone: phone.to_owned(),
    };
    let rights = Rights {
        may_approve: true,
        may_see_financials: true,
    };
    contacts::create(
        &house.firm,
        &house.imogen(),
        &draft,
        Some((house.people.marlowe, rights)),
    )
    .await
    .expect("a contact")
}

async fn invite(house: &House, id: ContactId) -> Mailed {
    invitations::invite(&house.firm, &house.imogen(), id)
        .await
        .expect("invited");
    house.work().await.expect("the queue runs");
    mailed(house)
}

fn mailed(house: &House) -> Mailed {
    let text = house
        .letters()
        .into_iter()
        .find(|letter| letter.text.contains("/activate/"))
        .expect("an invitation")
        .text;
    let (_, rest) = text.split_once("/activate/").expect("a link");
    let (id, secret) = rest
        .split_whitespace()
        .next()
        .and_then(|link| link.split_once('#'))
        .expect("a secret in the fragment");
    Mailed {
        id: id.parse().expect("an id"),
        secret: secret.to_owned(),
    }
}

async fn open(house: &House, mailed: &Mailed) -> String {
    begin(
        &house.firm,
        &VISITOR,
        mailed.id,
        &mailed.secret,
        None,
        &Device::default(),
    )
    .await
    .expect("begun")
    .browser
}

async fn send(house: &House, id: LinkId, way: CodeWay, browser: &str) -> Result<()> {
    let device = Device::default();
    second::send(
        &house.firm,
        &VISITOR,
        Purpose::Activate,
        id,
        way,
        Some(browser),
        &device,
    )
    .await?;
    house.work().await.expect("the queue runs");
    Ok(())
}

async fn give(house: &House, id: LinkId, code: &str, browser: &str) -> Result<()> {
    second::give(&house.firm, &VISITOR, Purpose::Activate, id, code, Some(browser)).await
}

async fn step(house: &House, id: LinkId, browser: &str) -> domain::walk::CodeStep {
    second::step(&house.firm, &VISITOR, Purpose::Activate, id, Some(browser))
        .await
        .expect("a step")
}

async fn choose(house: &House, id: LinkId, password: Option<&str>, browser: &str) -> Result<Entered> {
    let device = Device::default();
    match set_password(&house.firm, &VISITOR, id, password, Some(browser), &device).await? {
        Next::In(entered) => Ok(entered),
        Next::Questions => panic!("no questions are asked"),
    }
}

fn texted(house: &House) -> String {
    let texts = house.texts();
    assert_eq!(texts[0].to, MOBILE);
    texts[0].words.chars().take(6).collect()
}

fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().expect("digits") + 500_000) % 1_000_000)
}

fn reason_of<T>(result: Result<T>) -> Reason {
    match result {
        Err(Error::Problem(Problem::Refused { reason, .. })) => reason,
        Err(other) => panic!("another problem: {other:?}"),
        Ok(_) => panic!("it was let through"),
    }
}

async fn look(house: &House, id: LinkId) -> WalkPage {
    page(&house.firm, &VISITOR, Purpose::Activate, id, None)
        .await
        .expect("a page")
}

async fn set(house: &House, change: impl FnOnce(&mut SignInSettings)) {
    let mut settings = settings::sign_in::read(&house.firm).await.expect("read");
    change(&mut settings);
    settings::sign_in::write(&house.firm, &house.imogen(), &settings)
        .await
        .expect("kept");
}

on_both_engines!(
    mission_17_the_password_comes_after_the_code_and_then_they_are_in_and_the_link_is_dead,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        assert!(house.texts().is_empty(), "nothing is texted before the button");
        assert_eq!(
            reason_of(choose(&house, mail.id, Some(PASSWORD), &browser).await),
            Reason::CodeFirst
        );
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let code = texted(&house);
        let sent = step(&house, mail.id, &browser).await;
        assert_eq!(
            (sent.mobile.as_str(), sent.masked.as_str()),
            ("••42", "hu•••@kestrelhill.example")
        );
        give(&house, mail.id, &format!("{} {}", &code[..3], &code[3..]), &browser)
            .await
            .expect("right");
        assert_eq!(
            reason_of(choose(&house, mail.id, Some("short"), &browser).await),
            Reason::TooShort { least: 15, found: 5 }
        );
        let entered = choose(&house, mail.id, Some(PASSWORD), &browser).await.expect("in");
        let session = sessions::resume(&house.firm, entered.token().expect("a session"))
            .await
            .expect("read")
            .expect("a session");
        assert_eq!(session.actor.person(), Some(id.uuid()));
        assert_eq!(look(&house, mail.id).await.state, LinkState::Used);
        assert_eq!(
            reason_of(choose(&house, mail.id, Some(PASSWORD), &browser).await),
            Reason::LinkUsed
        );
        let view = contacts::view(&house.firm, &house.imogen(), id).await.expect("a view");
        assert!(view.activated.is_some() && view.has_password);
        // And the password is theirs.
        let device = Device::default();
        sign_in::with_password(&house.firm, &VISITOR, HUGH, PASSWORD, "", &device)
            .await
            .expect("in again");
    }
);

on_both_engines!(
    mission_39_a_contact_may_do_without_a_password,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        for passwordless in [false, true] {
            set(&house, |settings| settings.passwordless = passwordless).await;
            let mail = invite(&house, id).await;
            let browser = open(&house, &mail).await;
            send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
            give(&house, mail.id, &texted(&house), &browser).await.expect("right");
            let without = choose(&house, mail.id, None, &browser).await;
            assert_eq!(without.is_ok(), passwordless);
        }
        let view = contacts::view(&house.firm, &house.imogen(), id).await.expect("a view");
        assert!(view.activated.is_some() && !view.has_password);
    }
);

on_both_engines!(
    mission_16_five_wrong_codes_end_it_and_sending_again_gives_no_try_back,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let first = texted(&house);
        let left = |left| Reason::WrongCode { left };
        for tries in [4, 3] {
            assert_eq!(
                reason_of(give(&house, mail.id, &wrong(&first), &browser).await),
                left(tries)
            );
        }
        assert_eq!(step(&house, mail.id, &browser).await.wait, 30);
        let soon = send(&house, mail.id, CodeWay::Text, &browser).await;
        assert!(matches!(soon, Err(Error::Problem(Problem::TooMany { seconds: 30 }))));
        house.advance(30);
        send(&house, mail.id, CodeWay::Text, &browser)
            .await
            .expect("sent again");
        assert_eq!(
            step(&house, mail.id, &browser).await.wait,
            300,
            "from the second on, every five minutes"
        );
        let second = texted(&house);
        if first != second {
            assert_eq!(
                reason_of(give(&house, mail.id, &first, &browser).await),
                left(2),
                "only the newest works"
            );
        }
        reason_of(give(&house, mail.id, &wrong(&second), &browser).await);
        reason_of(give(&house, mail.id, &wrong(&second), &browser).await);
        assert_eq!(
            reason_of(give(&house, mail.id, &second, &browser).await),
            Reason::CodeSpent
        );
        house.advance(300);
        assert_eq!(
            reason_of(send(&house, mail.id, CodeWay::Text, &browser).await),
            Reason::CodeSpent
        );
        let stood = step(&house, mail.id, &browser).await;
        assert!(stood.spent && stood.fresh_mail_helps);

        // A freshly mailed invitation begins anew.
        invitations::ask_again(&house.firm, &VISITOR, mail.id, &Device::default())
            .await
            .expect("asked");
        house.work().await.expect("the queue runs");
        let fresh = mailed(&house);
        assert_ne!(fresh.id, mail.id);
        let browser = open(&house, &fresh).await;
        send(&house, fresh.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, fresh.id, &texted(&house), &browser).await.expect("right");
    }
);

on_both_engines!(
    attack_21_ten_wrong_codes_in_a_row_need_the_firm_whatever_is_mailed,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mut mails = vec![invite(&house, id).await];
        for _ in 0..3 {
            let asked = invitations::ask_again(&house.firm, &VISITOR, mails[0].id, &Device::default()).await;
            asked.expect("asked");
            house.work().await.expect("the queue runs");
            mails.push(mailed(&house));
        }
        // Whoever has the mailbox, with every invitation that is to be had.
        let mut guesses = 0;
        for mail in &mails {
            let browser = open(&house, mail).await;
            if send(&house, mail.id, CodeWay::Text, &browser).await.is_err() {
                continue;
            }
            let code = wrong(&texted(&house));
            for _ in 0..6 {
                let told = reason_of(give(&house, mail.id, &code, &browser).await);
                let last = told == Reason::CodeSpent && guesses % 5 == 4;
                guesses += usize::from(matches!(told, Reason::WrongCode { .. }) || last);
            }
        }
        assert_eq!(guesses, 10, "ten of a million: 1e-5");
        let browser = open(&house, &mails[3]).await;
        assert_eq!(
            reason_of(send(&house, mails[3].id, CodeWay::Text, &browser).await),
            Reason::AskFirm
        );
        let before = house.letters().len();
        for _ in 0..30 {
            house.advance(24 * 3600);
            invitations::ask_again(&house.firm, &VISITOR, mails[0].id, &Device::default())
                .await
                .expect("the answer is the same");
            house.work().await.expect("the queue runs");
        }
        assert_eq!(house.letters().len(), before, "and waiting gives no further tries");

        // Staff ring them, and invite them again.
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
    }
);

on_both_engines!(
    attack_21_parallel_guesses_cost_as_many_tries,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let code = wrong(&texted(&house));
        let tries = (0..20).map(|_| give(&house, mail.id, &code, &browser));
        let answers = futures::future::join_all(tries).await;
        let counted = answers
            .into_iter()
            .filter(|answer| {
                matches!(
                    answer,
                    Err(Error::Problem(Problem::Refused {
                        reason: Reason::WrongCode { .. },
                        ..
                    }))
                )
            })
            .count();
        assert_eq!(counted, 4, "and the fifth is told that it was the last");
        assert_eq!(
            reason_of(give(&house, mail.id, &texted(&house), &browser).await),
            Reason::CodeSpent
        );
    }
);

on_both_engines!(mission_16_a_code_works_for_ten_minutes, |house: House| async move {
    let id = add(&house, "07700 900042").await;
    let mail = invite(&house, id).await;
    let browser = open(&house, &mail).await;
    send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
    let code = texted(&house);
    house.advance(600);
    assert_eq!(
        reason_of(give(&house, mail.id, &code, &browser).await),
        Reason::CodeExpired
    );
    send(&house, mail.id, CodeWay::Text, &browser).await.expect("another");
    give(&house, mail.id, &texted(&house), &browser).await.expect("right");
});

on_both_engines!(
    a_code_of_one_invitation_fails_in_another_and_in_another_browser,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let code = texted(&house);
        let stranger = vault::Token::generate(&house.firm.random).text().to_string();
        assert_eq!(
            reason_of(give(&house, mail.id, &code, &stranger).await),
            Reason::OpenLinkAgain
        );
        let later = invite(&house, id).await;
        assert_eq!(
            reason_of(give(&house, mail.id, &code, &browser).await),
            Reason::LinkReplaced
        );
        let browser = open(&house, &later).await;
        send(&house, later.id, CodeWay::Text, &browser).await.expect("sent");
        if texted(&house) != code {
            assert!(matches!(
                reason_of(give(&house, later.id, &code, &browser).await),
                Reason::WrongCode { left: 4 }
            ));
        }
    }
);

on_both_engines!(
    mission_15_sent_on_open_where_the_firm_has_it_so_and_never_by_looking,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        set(&house, |settings| settings.send_code_on_open = true).await;
        let mail = invite(&house, id).await;
        for _ in 0..3 {
            look(&house, mail.id).await;
        }
        house.work().await.expect("the queue runs");
        assert!(house.texts().is_empty(), "a plain fetch sends nothing");
        let scanner = open(&house, &mail).await;
        let browser = open(&house, &mail).await;
        house.work().await.expect("the queue runs");
        assert_eq!(
            house.texts().len(),
            1,
            "one that runs scripts has one text sent, and the next visitor none more"
        );
        assert_eq!(look(&house, mail.id).await.state, LinkState::Live, "nothing is used up");
        assert_eq!(
            reason_of(give(&house, mail.id, &texted(&house), &scanner).await),
            Reason::OpenLinkAgain
        );
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");

        set(&house, |settings| settings.strict = true).await;
        let course = course(&house.firm, &VISITOR).await.expect("read");
        assert!(!course.sends_on_open, "the strict profile waits for the button");
    }
);

on_both_engines!(
    mission_16_without_a_mobile_staff_read_a_code_out_or_it_is_mailed_as_the_firm_has_it,
    |house: House| async move {
        let id = add(&house, "").await;
        let session = domain::SessionId::from(house.firm.random.id());
        let (firm, imogen) = (&house.firm, house.imogen());
        assert_eq!(
            reason_of(invitations::read_out(firm, &imogen, session, id).await),
            Reason::InviteFirst
        );
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::NoMobile, CodeWay::ReadOut));
        for way in [CodeWay::Text, CodeWay::Mail, CodeWay::ReadOut] {
            assert!(send(&house, mail.id, way, &browser).await.is_err(), "{way:?}");
        }
        invitations::read_out(firm, &imogen, session, id).await.expect("made");
        let slips = invitations::view(firm, &imogen, session, id).await.expect("read").slips;
        let code = slips[0].words.clone();
        assert_eq!((slips.len(), code.len()), (1, 6));
        let elsewhere = domain::SessionId::from(house.firm.random.id());
        assert!(
            invitations::view(firm, &imogen, elsewhere, id)
                .await
                .expect("read")
                .slips
                .is_empty(),
            "another session does not see it"
        );
        house.advance(3600);
        give(&house, mail.id, &code, &browser).await.expect("right");
        choose(&house, mail.id, None, &browser).await.expect("in");

        // The other policy.
        set(&house, |settings| settings.without_mobile = WithoutMobile::Mail).await;
        contacts::remove(firm, &imogen, id).await.expect("removed");
        let id = add(&house, "").await;
        let mail = invite(&house, id).await;
        assert!(invitations::read_out(firm, &imogen, session, id).await.is_err());
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Mail, &browser).await.expect("mailed");
        let letter = &house.letters()[0];
        assert_eq!((letter.to.as_str(), letter.text.contains("/activate/")), (HUGH, false));
        let code = letter.text.lines().find(|line| line.len() == 6).expect("a code");
        give(&house, mail.id, code, &browser).await.expect("right");
    }
);

on_both_engines!(
    without_a_gateway_the_page_says_so_and_offers_the_other_way,
    |house: House| async move {
        let house = House::open_with(house.engine, 7, |house| house.texts = crate::TextCourier::None)
            .await
            .expect("a house");
        set(&house, |settings| settings.without_mobile = WithoutMobile::Mail).await;
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::NotSetUp, CodeWay::Mail));
        assert_eq!(
            reason_of(send(&house, mail.id, CodeWay::Text, &browser).await),
            Reason::NoTexts
        );
        send(&house, mail.id, CodeWay::Mail, &browser).await.expect("mailed");
    }
);

on_both_engines!(
    a_firm_that_asks_contacts_for_a_second_factor_asks_after_the_activation,
    |house: House| async move {
        set(&house, |settings| settings.contacts_need_factor = true).await;
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        let entered = choose(&house, mail.id, None, &browser).await.expect("one step on");
        assert!(entered.token().is_none() && entered.step().is_some());
    }
);

on_both_engines!(
    attack_22_of_many_last_steps_at_once_one_comes_in,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        let tries = (0..20).map(|_| choose(&house, mail.id, None, &browser));
        let won = futures::future::join_all(tries).await.into_iter().flatten().count();
        assert_eq!(won, 1);
    }
);

on_both_engines!(
    a_contact_who_has_not_come_in_signs_in_no_other_way,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let (firm, device) = (&house.firm, Device::default());
        let ask = || sign_in::ask_link(firm, &VISITOR, HUGH, "", None, &device);
        ask().await.expect("asked");
        house.work().await.expect("the queue runs");
        assert!(house.letters().is_empty(), "whoever was not invited gets nothing");
        let first = invite(&house, id).await;
        house.advance(300);
        ask().await.expect("asked");
        house.work().await.expect("the queue runs");
        let letter = &house.letters()[0];
        assert!(letter.text.contains("/activate/") && !letter.text.contains("/link/"));
        assert_ne!(mailed(&house).id, first.id);
        assert_eq!(
            look(&house, first.id).await.state,
            LinkState::Live,
            "a stranger who asks ends nothing"
        );
    }
);

on_both_engines!(
    a_closed_portal_or_a_suspended_contact_gets_no_fresh_invitation,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let before = house.letters().len();
        clients::step(&house.firm, &house.imogen(), house.people.marlowe, PortalStep::Close)
            .await
            .expect("closed");
        invitations::ask_again(&house.firm, &VISITOR, mail.id, &Device::default())
            .await
            .expect("the answer is the same");
        house.work().await.expect("the queue runs");
        assert_eq!(house.letters().len(), before);
    }
);

on_both_engines!(
    mission_18_questions_follow_the_password_where_the_firm_asks_them,
    |house: House| async move {
        set(&house, |settings| settings.questions = 2).await;
        let list = settings::sign_in::read(&house.firm).await.expect("read").question_list;
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        let (firm, device, here) = (&house.firm, Device::default(), Some(browser.as_str()));
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        let answers = [
            (list[0].clone(), "Corve Street".to_owned()),
            (list[1].clone(), "Mrs Ash".to_owned()),
        ];
        let early = answer(firm, &VISITOR, mail.id, &answers, here, &device).await;
        assert_eq!(reason_of(early), Reason::PasswordFirst);
        let set = set_password(firm, &VISITOR, mail.id, Some(PASSWORD), here, &device).await;
        assert!(matches!(set, Ok(Next::Questions)));
        let open = crate::activation::step(firm, &VISITOR, mail.id, here).await;
        assert_eq!(open.expect("read"), Step::Questions, "they are what is open");
        let next = set_password(firm, &VISITOR, mail.id, None, here, &device).await;
        assert!(matches!(next, Ok(Next::Questions)));
        let kept = crate::people::find(firm.db(), Side::Contact, id.uuid())
            .await
            .expect("read");
        assert!(
            kept.expect("a contact").password.is_none(),
            "without one means without one"
        );
        let view = contacts::view(firm, &house.imogen(), id).await.expect("a view");
        assert!(view.activated.is_none(), "not before the last step");
        let one = answer(firm, &VISITOR, mail.id, &answers[..1], here, &device).await;
        assert!(one.is_err());
        let entered = answer(firm, &VISITOR, mail.id, &answers, here, &device)
            .await
            .expect("in");
        assert!(entered.token().is_some());
        assert!(questions::has_any(firm.db(), id).await.expect("read"));
        assert_eq!(look(&house, mail.id).await.state, LinkState::Used);
    }
);

on_both_engines!(
    mission_16_with_a_mobile_a_code_is_read_out_only_when_the_text_does_not_get_out,
    |house: House| async move {
        let session = domain::SessionId::from(house.firm.random.id());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        for texted in [false, true] {
            if texted {
                send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
            }
            let (firm, imogen) = (&house.firm, house.imogen());
            let view = invitations::view(firm, &imogen, session, id).await.expect("read");
            assert!(view.reads_out && !view.may_read_out);
            let refused = invitations::read_out(firm, &imogen, session, id).await;
            assert_eq!(reason_of(refused), Reason::NotReadOut);
        }

        // A gateway that nobody answers at.
        let down = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = down.local_addr().expect("its address").port();
        drop(down);
        let gateway = crate::Gateway::new(crate::GatewaySettings {
            url: format!("http://127.0.0.1:{port}"),
            account: "ACsample".to_owned(),
            token: "sample".to_owned(),
            from: "+441632960147".to_owned(),
        });
        let texts = crate::TextCourier::Gateway(gateway.expect("settings that fit"));
        let house = House::open_with(house.engine, 7, |house| house.texts = texts)
            .await
            .expect("a house");
        let (firm, imogen) = (&house.firm, house.imogen());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("tried");
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::Failed, CodeWay::ReadOut));
        for _ in 0..2 {
            let view = invitations::view(firm, &imogen, session, id).await.expect("read");
            assert!(view.may_read_out, "again as well");
            invitations::read_out(firm, &imogen, session, id).await.expect("made");
        }
        let slips = invitations::view(firm, &imogen, session, id).await.expect("read").slips;
        give(&house, mail.id, &slips[0].words, &browser).await.expect("right");
    }
);

on_both_engines!(
    a_code_that_went_to_a_corrected_mobile_dies_with_what_it_proved,
    |house: House| async move {
        let correct = |phone: &str| ContactDraft {
            first_name: "Hugh".to_owned(),
            last_name: "Kestrel".to_owned(),
            address: HUGH.to_owned(),
            phone: phone.to_owned(),
        };
        set(&house, |settings| settings.questions = 1).await;
        let (firm, imogen, device) = (&house.firm, house.imogen(), Device::default());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let first = texted(&house);
        contacts::change(firm, &imogen, id, &correct("07700 900041"))
            .await
            .expect("corrected");
        assert_eq!(
            reason_of(give(&house, mail.id, &first, &browser).await),
            Reason::CodeExpired
        );
        send(&house, mail.id, CodeWay::Text, &browser)
            .await
            .expect("sent at once");
        let second = &house.texts()[0];
        assert_eq!(second.to, "+447700900041");
        let code: String = second.words.chars().take(6).collect();
        give(&house, mail.id, &code, &browser).await.expect("right");
        let here = Some(browser.as_str());
        let set = set_password(firm, &VISITOR, mail.id, Some(PASSWORD), here, &device).await;
        assert!(matches!(set, Ok(Next::Questions)));

        // Whoever read that one has proved nothing, and their password is asked for anew.
        contacts::change(firm, &imogen, id, &correct("07700 900042"))
            .await
            .expect("corrected");
        let early = questions_step(firm, &VISITOR, mail.id, here).await;
        assert_eq!(reason_of(early), Reason::CodeFirst);
        house.advance(300);
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        assert_eq!(
            crate::activation::step(firm, &VISITOR, mail.id, here)
                .await
                .expect("read"),
            Step::Password
        );

        // Another name is no reason to begin again.
        let mut renamed = correct("07700 900042");
        renamed.last_name = "Kestrel-Hill".to_owned();
        contacts::change(firm, &imogen, id, &renamed).await.expect("kept");
        assert!(step(&house, mail.id, &browser).await.proven);
    }
);

on_both_engines!(
    a_dead_invitation_says_that_its_address_was_corrected,
    |house: House| async move {
        let (firm, imogen) = (&house.firm, house.imogen());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let later = invite(&house, id).await;
        let replaced = look(&house, mail.id).await;
        assert_eq!((replaced.state, replaced.moved), (LinkState::Replaced, false));
        let draft = ContactDraft {
            first_name: "Hugh".to_owned(),
            last_name: "Kestrel".to_owned(),
            address: "hugh@kestrel-hill.example".to_owned(),
            phone: "07700 900042".to_owned(),
        };
        contacts::change(firm, &imogen, id, &draft).await.expect("corrected");
        let page = look(&house, later.id).await;
        assert_eq!((page.state, page.moved), (LinkState::Replaced, true));
        invitations::ask_again(firm, &VISITOR, later.id, &Device::default())
            .await
            .expect("asked");
        house.work().await.expect("the queue runs");
        assert_eq!(house.letters()[0].to, draft.address);
        assert_eq!(look(&house, mailed(&house).id).await.state, LinkState::Live);
    }
);
