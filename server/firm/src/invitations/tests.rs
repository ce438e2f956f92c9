use super::*;
use crate::{
    audit,
    clients::need_to_know,
    contacts::{ContactDraft, Rights},
    error::Error,
    on_both_engines,
    testing::House,
};
use domain::{Problem, contact::ContactState, mail::MailState, sign_in::LinkState};

const HUGH: &str = "hugh@kestrelhill.example";

async fn add(house: &House) -> ContactId {
    let draft = ContactDraft {
        first_name: "Hugh".to_owned(),
        last_name: "Kestrel".to_owned(),
        address: HUGH.to_owned(),
        phone: "07700 900042".to_owned(),
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

fn session(house: &House) -> SessionId {
    SessionId::from(house.firm.random.id())
}

async fn look(house: &House, session: SessionId, id: ContactId) -> InvitationView {
    view(&house.firm, &house.imogen(), session, id).await.expect("a view")
}

fn reason_of<T>(result: Result<T>) -> Reason {
    match result {
        Err(Error::Problem(Problem::Refused { reason, .. })) => reason,
        Err(other) => panic!("another problem: {other:?}"),
        Ok(_) => panic!("it was let through"),
    }
}

on_both_engines!(
    mission_11_inviting_sends_one_mail_that_says_what_to_do_and_that_replies_are_not_read,
    |house: House| async move {
        let id = add(&house).await;
        assert!(house.letters().is_empty(), "adding somebody sends nothing");
        invite(&house.firm, &house.imogen(), id).await.expect("invited");
        let here = session(&house);
        let stood = look(&house, here, id).await;
        assert_eq!(stood.mail.expect("a mail").state, MailState::Waiting);
        house.work().await.expect("the queue runs");
        let letters = house.letters();
        assert_eq!(letters.len(), 1);
        let letter = &letters[0];
        assert_eq!(letter.to, HUGH);
        assert!(letter.from.contains("no-reply@"), "{}", letter.from);
        for words in [
            "Harcourt & Pell invite you",
            "Activate my access:",
            "Have your mobile to hand, the one ending ••42",
            "Replies to this address are not read",
            "Sent because Imogen Pell entered your address",
        ] {
            assert!(letter.text.contains(words), "{words}\n{}", letter.text);
        }
        assert!(!letter.text.contains("Marlowe"), "it names no client");
        let stood = look(&house, here, id).await;
        assert_eq!(stood.mail.expect("a mail").state, MailState::Sent);
        assert!(stood.until.is_some() && stood.again);
        let row = contacts::view(&house.firm, &house.imogen(), id).await.expect("a view");
        assert_eq!(row.state, ContactState::Invited);
        invite(&house.firm, &house.imogen(), id).await.expect("invited again");
        let log = audit::list(
            &house.firm,
            &house.imogen(),
            &domain::office::audit::AuditQuery::default(),
        )
        .await
        .expect("the log");
        let told: Vec<_> = log.rows.iter().map(|entry| entry.what.as_str()).take(2).collect();
        assert_eq!(told, ["invited again", "invited"]);
    }
);

on_both_engines!(
    mission_11_a_mail_that_comes_back_shows_on_the_contact,
    |house: House| async move {
        let house = House::open_with(house.engine, 7, |house| house.courier = crate::Courier::None)
            .await
            .expect("a house");
        let id = add(&house).await;
        invite(&house.firm, &house.imogen(), id).await.expect("invited");
        house.work().await.expect("the queue runs");
        let stood = look(&house, session(&house), id).await;
        assert_eq!(
            (stood.mail.expect("a mail").state, stood.sends_mail),
            (MailState::Waiting, false),
            "without a mail server it waits, and the page says so"
        );
    }
);

on_both_engines!(
    mission_10_nobody_is_invited_before_a_portal_is_on,
    |house: House| async move {
        let id = add(&house).await;
        let (firm, imogen, here) = (&house.firm, house.imogen(), session(&house));
        clients::step(firm, &imogen, house.people.marlowe, clients::PortalStep::Suspend)
            .await
            .expect("suspended");
        assert_eq!(reason_of(invite(firm, &imogen, id).await), Reason::PortalOff);
        assert_eq!(reason_of(hand(firm, &imogen, here, id).await), Reason::PortalOff);
        assert_eq!(look(&house, here, id).await.may, MayInvite::PortalOff);
        clients::step(firm, &imogen, house.people.marlowe, clients::PortalStep::Reopen)
            .await
            .expect("reopened");
        assert_eq!(look(&house, here, id).await.may, MayInvite::Yes);
        // Whoever has come in is not invited.
        assert_eq!(
            reason_of(invite(firm, &imogen, house.people.anwen).await),
            Reason::NotToInvite
        );
    }
);

on_both_engines!(
    a_copied_link_is_for_its_makers_session_until_it_is_put_away_and_ends_the_earlier_one,
    |house: House| async move {
        let id = add(&house).await;
        let (firm, imogen, here) = (&house.firm, house.imogen(), session(&house));
        for _ in 0..2 {
            hand(firm, &imogen, here, id).await.expect("made");
        }
        assert_eq!(house.work().await.expect("the queue runs"), 0, "nothing is mailed");
        let slips = look(&house, here, id).await.slips;
        assert_eq!(slips.len(), 1, "the later link alone");
        let (_, rest) = slips[0].words.split_once("/activate/").expect("a link");
        let (link, secret) = rest.split_once('#').expect("a secret in the fragment");
        let link: LinkId = link.parse().expect("an id");
        walks::take_secret(firm, &Actor::Visitor, Purpose::Activate, link, secret, None)
            .await
            .expect("begun");
        assert!(look(&house, session(&house), id).await.slips.is_empty());
        slips::put_away(firm, &imogen, here, id.uuid()).await.expect("put away");
        assert!(look(&house, here, id).await.slips.is_empty());
        hand(firm, &imogen, here, id).await.expect("made");
        house.advance(limits::CODE_SHEET_SECONDS);
        assert!(look(&house, here, id).await.slips.is_empty(), "nor after ten minutes");
        let page = walks::page(firm, &Actor::Visitor, Purpose::Activate, link, None)
            .await
            .expect("a page");
        assert_eq!(page.state, LinkState::Replaced);
    }
);

on_both_engines!(
    staff_who_do_not_see_all_of_a_contacts_clients_do_not_invite_them,
    |house: House| async move {
        let id = add(&house).await;
        let (firm, here) = (&house.firm, session(&house));
        need_to_know::restrict(firm, &house.imogen(), house.people.marlowe, &[])
            .await
            .expect("restricted");
        let tomasz = house.tomasz().without(vec![house.people.marlowe]);
        for refused in [
            invite(firm, &tomasz, id).await,
            hand(firm, &tomasz, here, id).await,
            read_out(firm, &tomasz, here, id).await,
            invite(firm, &house.anwen(), id).await,
            invite(firm, &Actor::Visitor, id).await,
        ] {
            assert!(matches!(refused, Err(Error::Problem(Problem::NotFound))));
        }
    }
);
