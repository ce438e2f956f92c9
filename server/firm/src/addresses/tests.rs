use super::*;
use crate::{Session, contacts::NewContact, on_both_engines, testing::House};
use domain::{Problem, limits::FRESH_SECONDS};

const ANWEN: &str = "anwen@marlowe.example";
const NEW: &str = "anwen@kilnandco.example";

fn told<T>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault: {fault:?}"),
        Ok(_) => panic!("it was done"),
    }
}

async fn enter(house: &House, person: Uuid) -> Session {
    house.session(Side::Contact, person, "link").await
}

async fn anwen(house: &House) -> Session {
    enter(house, house.people.anwen.uuid()).await
}

/// Asks, and gives the id and the secret of the mailed link, and the code.
async fn asked(house: &House, session: &Session, new: &str) -> Option<(LinkId, String, String)> {
    ask(&house.firm, &session.actor, session.id, new, &Device::default())
        .await
        .expect("asked");
    house.work().await.expect("worked");
    let letters = house.letters();
    let letter = letters
        .iter()
        .find(|letter| letter.to == new && letter.text.contains("/account/address/"))?;
    let (_, rest) = letter.text.split_once("/account/address/")?;
    let (id, rest) = rest.split_once('#')?;
    let code = letter.text.lines().find(|line| {
        line.len() == 9 && line.as_bytes()[4] == b' ' && line.chars().all(|c| c == ' ' || c.is_ascii_alphanumeric())
    })?;
    Some((id.parse().ok()?, rest.lines().next()?.to_owned(), code.to_owned()))
}

async fn address_of(house: &House) -> String {
    let row = people::find(house.firm.db(), Side::Contact, house.people.anwen.uuid()).await;
    row.expect("read").expect("a row").address
}

on_both_engines!(
    the_old_address_works_until_the_new_one_is_proven_and_both_are_told,
    |house| async move {
        let here = anwen(&house).await;
        let firm = &house.firm;
        let (id, _, code) = asked(&house, &here, NEW).await.expect("a letter");
        assert_eq!(address_of(&house).await, ANWEN);
        let view = own(firm, &here.actor, here.id).await.expect("read");
        assert_eq!(
            view.pending.map(|pending| (pending.id, pending.address)),
            Some((id, NEW.to_owned()))
        );
        let wrong = Problem::field(Field::Code, Reason::WrongCode { left: 4 });
        let device = Device::default();
        assert_eq!(
            told(prove_by_code(firm, &here.actor, id, "AAAA AAAA", &device).await),
            wrong
        );
        prove_by_code(firm, &here.actor, id, &code, &device)
            .await
            .expect("proven");
        assert_eq!(address_of(&house).await, NEW);
        house.work().await.expect("worked");
        let told_of: Vec<_> = house
            .letters()
            .into_iter()
            .filter(|letter| letter.subject == "Your email address was changed")
            .map(|letter| letter.to)
            .collect();
        assert!(told_of.len() == 2 && told_of.contains(&ANWEN.to_owned()) && told_of.contains(&NEW.to_owned()));
        assert!(
            house
                .letters()
                .iter()
                .any(|letter| letter.to == ANWEN && letter.subject == "A new email address was asked for")
        );
        // The session, and what hangs on the person, stay.
        assert!(own(firm, &here.actor, here.id).await.expect("read").pending.is_none());
        let freed = NewContact {
            name: "Somebody New".to_owned(),
            address: ANWEN.to_owned(),
            clients: Vec::new(),
        };
        crate::contacts::add(firm, &house.imogen(), &freed)
            .await
            .expect("the old address is free");
    }
);

on_both_engines!(
    attack_12_a_link_to_a_new_address_is_worth_nothing_to_anybody_else,
    |house| async move {
        let here = anwen(&house).await;
        let (id, secret, code) = asked(&house, &here, NEW).await.expect("a letter");
        let firm = &house.firm;
        let priya = enter(&house, house.people.priya.uuid()).await;
        let device = Device::default();
        for actor in [&priya.actor, &house.imogen(), &Actor::Visitor] {
            assert!(prove_by_link(firm, actor, id, &secret).await.is_err());
            assert!(prove_by_code(firm, actor, id, &code, &device).await.is_err());
            assert!(page(firm, actor, id).await.is_err());
        }
        assert_eq!(address_of(&house).await, ANWEN);
        prove_by_link(firm, &here.actor, id, &secret).await.expect("proven");
        let used = Problem::field(Field::Form, Reason::LinkUsed);
        assert_eq!(told(prove_by_link(firm, &here.actor, id, &secret).await), used);
    }
);

on_both_engines!(
    attack_13_somebody_elses_address_gets_the_same_answer_and_a_mail_that_says_so,
    |house| async move {
        let here = anwen(&house).await;
        let priya = "priya@brightwater.example";
        assert!(asked(&house, &here, priya).await.is_none(), "no link went out");
        let view = own(&house.firm, &here.actor, here.id).await.expect("read");
        assert_eq!(view.pending.map(|pending| pending.address), Some(priya.to_owned()));
        let letter = house
            .letters()
            .into_iter()
            .find(|letter| letter.to == priya)
            .expect("a letter");
        assert_eq!(letter.subject, "Your address is in use already");
        assert!(!letter.text.contains("Anwen") && !letter.text.contains(ANWEN));
    }
);

on_both_engines!(
    an_address_that_became_somebody_elses_meanwhile_is_refused,
    |house| async move {
        let here = anwen(&house).await;
        let (id, secret, _) = asked(&house, &here, NEW).await.expect("a letter");
        let quick = NewContact {
            name: "Quick Quill".to_owned(),
            address: NEW.to_owned(),
            clients: Vec::new(),
        };
        crate::contacts::add(&house.firm, &house.imogen(), &quick)
            .await
            .expect("added");
        let taken = Problem::field(Field::Address, Reason::AddressTaken);
        assert_eq!(told(prove_by_link(&house.firm, &here.actor, id, &secret).await), taken);
        assert_eq!(address_of(&house).await, ANWEN);
    }
);

on_both_engines!(
    a_new_address_needs_a_fresh_proof_and_can_be_called_off,
    |house| async move {
        let here = anwen(&house).await;
        let (firm, device) = (&house.firm, Device::default());
        let own_address = Problem::field(Field::Address, Reason::OwnAddress);
        assert_eq!(
            told(ask(firm, &here.actor, here.id, " Anwen@Marlowe.example ", &device).await),
            own_address
        );
        let (first, secret, _) = asked(&house, &here, NEW).await.expect("a letter");
        let (second, later, _) = asked(&house, &here, "anwen@slip.example").await.expect("a letter");
        let replaced = Problem::field(Field::Form, Reason::LinkReplaced);
        assert_eq!(told(prove_by_link(firm, &here.actor, first, &secret).await), replaced);
        call_off(firm, &here.actor).await.expect("called off");
        assert_eq!(told(prove_by_link(firm, &here.actor, second, &later).await), replaced);
        assert_eq!(address_of(&house).await, ANWEN);
        house.advance(FRESH_SECONDS + 1);
        let stale = Problem::field(Field::Form, Reason::NotFresh);
        assert_eq!(told(ask(firm, &here.actor, here.id, NEW, &device).await), stale);
    }
);

on_both_engines!(
    new_addresses_are_asked_for_at_a_pace_of_their_own_and_signing_in_keeps_its_own,
    |house| async move {
        let here = anwen(&house).await;
        let firm = &house.firm;
        let from = |network: &str| Device {
            network: network.to_owned(),
            ..Device::default()
        };
        let ask_for = async |number: usize| {
            // Another network is the same person.
            let device = from(["192.0.2.0/24", "198.51.100.0/24"][number % 2]);
            ask(
                firm,
                &here.actor,
                here.id,
                &format!("a{number}@kilnandco.example"),
                &device,
            )
            .await
        };
        for number in 0..3 {
            ask_for(number).await.expect("three at once: a slip is mended");
        }
        assert_eq!(told(ask_for(3).await), Problem::TooMany { seconds: 1200 });
        // Neither their sign-in links nor anybody else's new address wait for that.
        let device = from("192.0.2.0/24");
        let link = crate::sign_in::ask_link(firm, &Actor::Visitor, ANWEN, "", None, &device).await;
        link.expect("asked");
        let priya = enter(&house, house.people.priya.uuid()).await;
        ask(firm, &priya.actor, priya.id, "p@brightwater.example", &device)
            .await
            .expect("asked");
        house.advance(1200);
        let here = anwen(&house).await;
        for (number, may) in [(4, true), (5, false)] {
            let address = format!("a{number}@kilnandco.example");
            let asked = ask(firm, &here.actor, here.id, &address, &device).await;
            assert_eq!(asked.is_ok(), may, "{address}");
        }
    }
);
