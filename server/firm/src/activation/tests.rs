mod codes;
mod corrections;

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
    let (code, _) = texts[0].words.split_once(' ').expect("a code comes first");
    code.to_owned()
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
