//! One's own passkeys, signed in: made and removed in a session that proved itself a moment ago, each change told by mail.

use super::{Challenge, Purpose};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    confirm::must_be_fresh,
    error::{Error, Fault, Result},
    factors,
    letters::Happened,
    people,
    sessions::{self, Device},
    tx::Tx,
};
use domain::{Field, PasskeyId, SessionId, access::Action, client::Side, device, limits, text};
use entity::firm::passkey;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;
use vault::PasskeyOwner;

/// What the reader's browser asks for a new passkey.
///
/// # Errors
/// The session did not prove itself lately, or this host has no passkeys.
pub async fn ask(
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
    host: &str,
    browser: Option<&str>,
) -> Result<Challenge> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let challenge = ask_to_make(&tx, Purpose::Another(session.uuid()), side, person, host, browser).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Asks for a passkey of somebody, beside those that they have at this host.
pub(crate) async fn ask_to_make(
    tx: &Tx<'_>,
    purpose: Purpose,
    side: Side,
    person: Uuid,
    host: &str,
    browser: Option<&str>,
) -> Result<Challenge> {
    let owner = people::find(tx.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let known = super::ids(tx.db(), person, host).await?;
    let owner = PasskeyOwner {
        id: person,
        address: &owner.address,
        name: &owner.name,
    };
    let asked = super::site(tx.firm, host)?
        .ask_to_make(&owner, &known)
        .map_err(|_| Fault::Inconsistent("a person without a name"))?;
    super::put(tx, purpose, host, asked, browser).await
}

/// Asks for the signature of one of `known`, or of whichever passkey of the host is discovered.
pub(crate) async fn ask_to_sign(
    tx: &Tx<'_>,
    purpose: Purpose,
    host: &str,
    known: &[Vec<u8>],
    browser: Option<&str>,
) -> Result<Challenge> {
    let asked = super::site(tx.firm, host)?
        .ask_to_sign(known)
        .map_err(|_| Fault::Inconsistent("a challenge without a JSON form"))?;
    super::put(tx, purpose, host, asked, browser).await
}

/// Takes the new passkey. Whoever had no recovery codes gets ten; says whether.
///
/// # Errors
/// The answer does not hold, or the session did not prove itself lately.
pub async fn make(
    firm: &Firm,
    actor: &Actor,
    session: SessionId,
    answer: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<bool> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let taken = super::take(&tx, Purpose::Another(session.uuid()), browser).await?;
    let name = device::words(&device.agent);
    if let Err(reason) = super::add(&tx, side, person, taken.as_ref(), answer, &name).await? {
        return super::refuse(tx, reason).await;
    }
    let first = factors::left(tx.db(), person).await? == 0;
    if first {
        factors::fresh_codes(&tx, person, session.uuid()).await?;
    }
    tx.commit().await?;
    Ok(first)
}

/// Gives one of the reader's passkeys another name.
///
/// # Errors
/// It is not theirs, or the name is empty or too long.
pub async fn rename(firm: &Firm, actor: &Actor, id: PasskeyId, name: &str) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (_, person) = actor.signed_in()?;
    let name = text::line(name, Field::Name, limits::PASSKEY_NAME_CHARS)?;
    let tx = firm.begin().await?;
    let row = find(&tx, person, id).await?;
    if row.name != name {
        passkey::ActiveModel {
            id: Set(row.id),
            name: Set(name),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        tx.audit(actor, "passkey.rename", Some(row.id)).await?;
    }
    tx.commit().await
}

/// Takes one of the reader's passkeys away; with the last factor its recovery codes go.
///
/// # Errors
/// It is not theirs, the session did not prove itself lately, or the firm asks for a factor that would be gone.
pub async fn remove(firm: &Firm, actor: &Actor, session: SessionId, id: PasskeyId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let row = find(&tx, person, id).await?;
    passkey::Entity::delete_by_id(row.id).exec(tx.db()).await?;
    factors::settle_removed(&tx, side, person).await?;
    tx.audit(actor, "passkey.remove", Some(row.id)).await?;
    sessions::tell(&tx, side, person, Happened::PasskeyRemoved { name: row.name }).await?;
    tx.commit().await
}

async fn find(tx: &Tx<'_>, person: Uuid, id: PasskeyId) -> Result<passkey::Model> {
    passkey::Entity::find_by_id(id.uuid())
        .filter(passkey::Column::Person.eq(person))
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Session, confirm, on_both_engines,
        sessions::resume,
        sign_in,
        testing::{Authenticator, HOST, House, PASSWORD, give_app, give_passkey},
    };
    use domain::{Problem, Reason, factors::ConfirmWay, settings::SignInSettings};

    const ANWEN: &str = "anwen@marlowe.example";
    const TOMASZ: &str = "tomasz@harcourtpell.example";
    const ORIGIN: &str = "https://portal.harcourtpell.example";

    async fn contact_session(house: &House) -> Session {
        house.session(Side::Contact, house.people.anwen.uuid(), "link").await
    }

    fn told<T>(result: Result<T>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was done"),
        }
    }

    async fn choose(house: &House, strict: bool) {
        let settings = SignInSettings {
            strict,
            ..Default::default()
        };
        let kept = crate::settings::sign_in::write(&house.firm, &house.imogen(), &settings).await;
        kept.expect("kept");
    }

    async fn add_one(house: &House, session: &Session, authenticator: &mut Authenticator) -> Result<bool> {
        let (firm, actor, id) = (&house.firm, &session.actor, session.id);
        let device = Device {
            agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/152.0".to_owned(),
            ..Device::default()
        };
        let asked = ask(firm, actor, id, HOST, None).await?;
        let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
        make(firm, actor, id, &answer, Some(&asked.browser), &device).await
    }

    on_both_engines!(
        a_contact_adds_passkeys_names_them_and_takes_them_away_again,
        |house| async move {
            let session = contact_session(&house).await;
            let (firm, actor, id) = (&house.firm, &session.actor, session.id);
            let mut phone = Authenticator::new(1);
            assert!(
                add_one(&house, &session, &mut phone).await.expect("added"),
                "ten codes come with it"
            );
            let mut laptop = Authenticator::new(2);
            assert!(
                !add_one(&house, &session, &mut laptop).await.expect("added"),
                "with the first alone"
            );
            let asked = ask(firm, actor, id, HOST, None).await.expect("asked");
            assert!(phone.make(&asked.options, ORIGIN).is_none(), "one of each is enough");

            let view = factors::own(firm, actor, id).await.expect("read");
            assert_eq!((view.passkeys.len(), view.recovery_codes), (2, 10));
            let first = &view.passkeys[0];
            assert_eq!(
                (first.name.as_str(), first.host.as_str(), first.used),
                ("Firefox on Linux", HOST, None)
            );
            rename(firm, actor, first.id, "  My phone ").await.expect("renamed");
            let too_long = rename(firm, actor, first.id, &"x".repeat(61)).await;
            assert!(matches!(told(too_long), Problem::Refused { field: Field::Name, .. }));
            remove(firm, actor, id, view.passkeys[1].id).await.expect("removed");
            let view = factors::own(firm, actor, id).await.expect("read");
            assert_eq!((view.passkeys[0].name.as_str(), view.recovery_codes), ("My phone", 10));
            remove(firm, actor, id, view.passkeys[0].id).await.expect("removed");
            let view = factors::own(firm, actor, id).await.expect("read");
            assert_eq!(
                (view.passkeys.len(), view.recovery_codes),
                (0, 0),
                "the codes go with the last"
            );
            house.work().await.expect("worked");
            let subjects: Vec<_> = house.letters().into_iter().map(|letter| letter.subject).collect();
            for (subject, count) in [("A passkey was added", 2), ("A passkey was removed", 2)] {
                assert_eq!(subjects.iter().filter(|it| *it == subject).count(), count, "{subject}");
            }
        }
    );

    on_both_engines!(nobody_touches_somebody_elses_passkey, |house| async move {
        give_passkey(&house.firm, ANWEN, HOST).await;
        let id = crate::passkeys::of(house.firm.db(), house.people.anwen.uuid())
            .await
            .expect("read")[0]
            .id;
        let token = house.staff_session(TOMASZ).await;
        let staff = resume(&house.firm, &token).await.expect("read").expect("a session");
        let renamed = rename(&house.firm, &staff.actor, id.into(), "Mine").await;
        assert_eq!(told(renamed), Problem::NotFound);
        let removed = remove(&house.firm, &staff.actor, staff.id, id.into()).await;
        assert_eq!(told(removed), Problem::NotFound);
        assert_eq!(
            told(rename(&house.firm, &Actor::Visitor, id.into(), "Mine").await),
            Problem::NotFound
        );
    });

    on_both_engines!(
        a_passkey_is_added_and_removed_only_after_a_fresh_proof,
        |house| async move {
            let session = contact_session(&house).await;
            let (firm, actor, id) = (&house.firm, &session.actor, session.id);
            let asked = ask(firm, actor, id, HOST, None).await.expect("asked");
            let mut authenticator = Authenticator::new(1);
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            house.advance(limits::FRESH_SECONDS + 1);
            let stale = Problem::field(Field::Form, Reason::NotFresh);
            let made = make(firm, actor, id, &answer, Some(&asked.browser), &Device::default()).await;
            assert_eq!(told(made), stale);
            assert_eq!(told(ask(firm, actor, id, HOST, None).await), stale);
            assert_eq!(
                told(remove(firm, actor, id, house.people.anwen.uuid().into()).await),
                stale
            );
        }
    );

    on_both_engines!(
        an_answer_is_good_for_the_session_that_was_asked_and_once,
        |house| async move {
            let (session, other) = (contact_session(&house).await, contact_session(&house).await);
            let (firm, device) = (&house.firm, Device::default());
            let failed = Problem::field(Field::Form, Reason::PasskeyFailed);
            let mut authenticator = Authenticator::new(1);
            let asked = ask(firm, &session.actor, session.id, HOST, None).await.expect("asked");
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            let browser = Some(asked.browser.as_str());
            let made = make(firm, &other.actor, other.id, &answer, browser, &device).await;
            assert_eq!(told(made), failed);
            let made = make(firm, &session.actor, session.id, &answer, browser, &device).await;
            assert_eq!(told(made), failed, "the wrong one used it up");

            let asked = ask(firm, &session.actor, session.id, HOST, browser)
                .await
                .expect("asked");
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            make(firm, &session.actor, session.id, &answer, browser, &device)
                .await
                .expect("added");
            let made = make(firm, &session.actor, session.id, &answer, browser, &device).await;
            assert_eq!(told(made), failed);
        }
    );

    on_both_engines!(the_last_factor_that_is_asked_for_stays, |house| async move {
        let (firm, stays) = (&house.firm, Problem::field(Field::Form, Reason::FactorRequired));
        give_passkey(firm, TOMASZ, HOST).await;
        let token = house.staff_session(TOMASZ).await;
        let staff = resume(firm, &token).await.expect("read").expect("a session");
        let passkey = factors::own(firm, &staff.actor, staff.id).await.expect("read").passkeys[0].id;
        choose(&house, true).await;
        let removed = remove(firm, &staff.actor, staff.id, passkey).await;
        assert_eq!(told(removed), stays, "in the strict profile it is the passkey");
        choose(&house, false).await;
        factors::remove_app(firm, &staff.actor, staff.id)
            .await
            .expect("the passkey is enough");
        let removed = remove(firm, &staff.actor, staff.id, passkey).await;
        assert_eq!(told(removed), stays);
    });

    on_both_engines!(
        a_passkey_is_a_fresh_proof_and_a_password_beside_it_is_none,
        |house| async move {
            let session = contact_session(&house).await;
            let (firm, actor, id) = (&house.firm, &session.actor, session.id);
            let mut anwen = give_passkey(firm, ANWEN, HOST).await;
            assert_eq!(confirm::way(firm, actor).await.expect("read"), ConfirmWay::Passkey);
            assert!(confirm::has_passkey(firm, actor, HOST).await.expect("read"));
            assert!(
                !confirm::has_passkey(firm, actor, "clients.harcourtpell.example")
                    .await
                    .expect("read")
            );
            house.advance(limits::FRESH_SECONDS + 1);
            let by_password = confirm::by_password(firm, actor, id, PASSWORD).await;
            assert_eq!(told(by_password), Problem::field(Field::Form, Reason::NotFresh));

            // What was signed at the door is no proof in here.
            let failed = Problem::field(Field::Form, Reason::PasskeyFailed);
            let door = sign_in::ask_passkey(firm, &Actor::Visitor, HOST, None, &Device::default()).await;
            let door = door.expect("asked");
            let answer = anwen.sign(&door.options, ORIGIN).expect("signed");
            let proven = confirm::by_passkey(firm, actor, id, &answer, Some(&door.browser)).await;
            assert_eq!(told(proven), failed);

            let asked = confirm::ask_passkey(firm, actor, id, HOST, None).await.expect("asked");
            let answer = anwen.sign(&asked.options, ORIGIN).expect("signed");
            let renewed = confirm::by_passkey(firm, actor, id, &answer, Some(&asked.browser)).await;
            let renewed = renewed.expect("proven");
            let session = resume(firm, &renewed.token)
                .await
                .expect("read")
                .expect("the same session");
            assert_eq!(session.id, id);
            ask(firm, &session.actor, id, HOST, None).await.expect("fresh again");
            give_app(firm, ANWEN).await;
            assert_eq!(confirm::way(firm, actor).await.expect("read"), ConfirmWay::App);
        }
    );

    on_both_engines!(clearing_lost_factors_takes_the_passkeys_too, |house| async move {
        give_passkey(&house.firm, ANWEN, HOST).await;
        factors::clear(&house.firm, &house.imogen(), ANWEN)
            .await
            .expect("cleared");
        let left = crate::passkeys::any(house.firm.db(), house.people.anwen.uuid()).await;
        assert!(!left.expect("read"));
    });
}
