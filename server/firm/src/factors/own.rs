//! One's own second factors, signed in: seen by their owner, changed in a session that proved itself a moment ago, and
//! each change told by mail.

use super::{Given, app, recovery};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_name},
    confirm::must_be_fresh,
    error::{Error, Result},
    factors::AppKey,
    fresh::is_fresh,
    letters::Happened,
    passkeys, people, sessions, settings, sign_in,
    tx::Tx,
};
use domain::{
    Field, Moment, Reason, SessionId,
    access::Action,
    client::Side,
    factors::{FactorsView, PasskeyRow},
};
use entity::firm::{address, totp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// The reader's own second factors.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn own(firm: &Firm, actor: &Actor, session: SessionId) -> Result<FactorsView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let required = super::required(firm.db(), side).await?;
    let owner = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let settings = settings::sign_in::read(firm).await?;
    let alone = (owner.password.is_some() && !required).then(|| settings.least_password(false));
    Ok(FactorsView {
        app: app::confirmed(firm.db(), person)
            .await?
            .and_then(|row| row.confirmed_at)
            .map(Moment),
        passkeys: passkeys::of(firm.db(), person)
            .await?
            .into_iter()
            .map(|row| PasskeyRow {
                id: row.id.into(),
                name: row.name,
                host: row.host,
                made: Moment(row.created_at),
                used: row.used_at.map(Moment),
            })
            .collect(),
        recovery_codes: recovery::left(firm.db(), person).await?,
        required,
        passkey_only: super::passkey_only(firm.db(), side).await?,
        alone,
        fresh: is_fresh(firm, actor, session).await?,
    })
}

/// Makes the secret for a new app. The one in use stays until the new one's first code is right.
///
/// # Errors
/// The session did not prove itself lately.
pub async fn begin_app(firm: &Firm, actor: &Actor, session: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let tx = firm.begin().await?;
    let person = must_be_fresh(&tx, actor, session).await?;
    app::prepare(&tx, person, session.uuid()).await?;
    tx.commit().await
}

/// What the new app needs to know; `None` when there is nothing to be set up.
///
/// # Errors
/// The session did not prove itself lately.
pub async fn app_key(firm: &Firm, actor: &Actor, session: SessionId) -> Result<Option<AppKey>> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let Some(row) = app::pending(firm.db(), firm, person, session.uuid()).await? else {
        return Ok(None);
    };
    if !is_fresh(firm, actor, session).await? {
        return Err(Error::refused(Field::Form, Reason::NotFresh));
    }
    let owner = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    app::key(firm, &row, &owner.address).map(Some)
}

/// Puts the new app to use with its first code. Whoever had no recovery codes gets ten; says whether.
///
/// # Errors
/// The code is not the new app's, or the session did not prove itself lately.
pub async fn confirm_app(firm: &Firm, actor: &Actor, session: SessionId, code: &str) -> Result<bool> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let code = sign_in::digits(code)?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    let pending = app::pending(tx.db(), firm, person, session.uuid())
        .await?
        .ok_or_else(|| Error::refused(Field::Form, Reason::StepOver))?;
    if app::give(&tx, &pending, &code).await? != Given::Right {
        return Err(Error::refused(Field::AppCode, Reason::NotTheAppCode));
    }
    app::confirm(&tx, &pending).await?;
    let first = recovery::left(tx.db(), person).await? == 0;
    if first {
        recovery::fresh_codes(&tx, person, session.uuid()).await?;
    }
    tx.audit(actor, "app.enrol", Some(pending.id)).await?;
    sessions::tell(&tx, side, person, Happened::AppSet).await?;
    tx.commit().await?;
    Ok(first)
}

/// Takes the app away; with the last factor its recovery codes go.
///
/// # Errors
/// The session did not prove itself lately, or the firm asks for a second factor.
pub async fn remove_app(firm: &Firm, actor: &Actor, session: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    take_app(&tx, person).await?;
    settle_removed(&tx, side, person).await?;
    tx.audit(actor, "app.remove", None).await?;
    sessions::tell(&tx, side, person, Happened::AppRemoved).await?;
    tx.commit().await
}

/// Makes ten fresh recovery codes; the earlier ones are void.
///
/// # Errors
/// The session did not prove itself lately, or there is nothing that they would stand in for.
pub async fn new_codes(firm: &Firm, actor: &Actor, session: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let tx = firm.begin().await?;
    must_be_fresh(&tx, actor, session).await?;
    if !super::held(tx.db(), person).await?.any() {
        return Err(Error::refused(Field::Form, Reason::StepOver));
    }
    recovery::fresh_codes(&tx, person, session.uuid()).await?;
    tx.audit(actor, "recovery_code.make", None).await?;
    sessions::tell(&tx, side, person, Happened::CodesMade).await?;
    tx.commit().await
}

/// The fresh codes of this session, until they are kept.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn codes(firm: &Firm, actor: &Actor, session: SessionId) -> Result<Option<Vec<String>>> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    recovery::sheet(firm, session.uuid()).await
}

/// Forgets the readable codes: their owner has kept them.
///
/// # Errors
/// Nobody is signed in, or the database fails.
pub async fn codes_kept(firm: &Firm, actor: &Actor, session: SessionId) -> Result<()> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let tx = firm.begin().await?;
    recovery::tear_sheet(&tx, session.uuid()).await?;
    tx.commit().await
}

/// Takes all second factors of somebody away who lost them: whoever runs the firm made sure who asks. They set up new
/// ones when they next sign in, all their sessions end, and they are told.
///
/// # Errors
/// The actor may not run the firm, or nobody has this address.
pub async fn clear(firm: &Firm, actor: &Actor, mail: &str) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let mut tx = firm.begin().await?;
    let owner = address::Entity::find_by_id(mail)
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    let side = crate::actor::side_of(&owner.kind)?;
    take_app(&tx, owner.person).await?;
    passkeys::remove_all(&tx, owner.person).await?;
    recovery::void(&tx, owner.person).await?;
    sessions::end_all(&mut tx, owner.person, None).await?;
    tx.audit(actor, "factors.clear", Some(owner.person)).await?;
    tracing::info!(firm = %firm.id, side = side_name(side), "second factors were cleared");
    sessions::tell(&tx, side, owner.person, Happened::Cleared).await?;
    tx.commit().await
}

async fn take_app(tx: &Tx<'_>, person: Uuid) -> Result<()> {
    totp::Entity::delete_many()
        .filter(totp::Column::Person.eq(person))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// What follows when a factor was taken away: with the last one the recovery codes go, unless one must stay.
///
/// # Errors
/// The firm asks for a factor that would be gone.
pub(crate) async fn settle_removed(tx: &Tx<'_>, side: Side, person: Uuid) -> Result<()> {
    let held = super::held(tx.db(), person).await?;
    let due = super::passkey_due(tx.db(), side, person).await?;
    if due || (!held.any() && super::required(tx.db(), side).await?) {
        return Err(Error::refused(Field::Form, Reason::FactorRequired));
    }
    if !held.any() {
        recovery::void(tx, person).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        confirm, on_both_engines,
        sessions::{Device, resume},
        testing::{House, PASSWORD, code_of, give_app},
    };
    use domain::{Problem, factors::ConfirmWay, limits, settings::SignInSettings};
    use vault::{TotpSecret, totp::step_at};

    async fn contact_session(house: &House) -> crate::Session {
        house.session(Side::Contact, house.people.anwen.uuid(), "link").await
    }

    fn told<T>(result: Result<T>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was done"),
        }
    }

    async fn set_up(house: &House, session: &crate::Session) {
        let (firm, actor, id) = (&house.firm, &session.actor, session.id);
        begin_app(firm, actor, id).await.expect("begun");
        let key = app_key(firm, actor, id).await.expect("read").expect("a key");
        let secret = TotpSecret::parse(&key.key.replace(' ', "")).expect("a secret");
        let wrong = Problem::field(Field::AppCode, Reason::NotTheAppCode);
        assert_eq!(told(confirm_app(firm, actor, id, "000000").await), wrong);
        let code = secret.code(step_at(firm.now().0));
        assert!(
            confirm_app(firm, actor, id, &code).await.expect("set up"),
            "ten codes come with it"
        );
    }

    on_both_engines!(a_contact_sets_an_app_up_and_removes_it_again, |house| async move {
        let session = contact_session(&house).await;
        let (firm, actor, id) = (&house.firm, &session.actor, session.id);
        set_up(&house, &session).await;
        let view = own(firm, actor, id).await.expect("read");
        assert_eq!(
            (view.app, view.recovery_codes, view.required),
            (Some(firm.now()), 10, false)
        );
        assert_eq!(codes(firm, actor, id).await.expect("read").expect("shown").len(), 10);
        codes_kept(firm, actor, id).await.expect("kept");
        assert!(
            codes(firm, actor, id).await.expect("read").is_none(),
            "they are shown once"
        );
        remove_app(firm, actor, id).await.expect("removed");
        let view = own(firm, actor, id).await.expect("read");
        assert_eq!((view.app, view.recovery_codes), (None, 0));
        house.work().await.expect("worked");
        let mut told: Vec<_> = house.letters().into_iter().map(|letter| letter.subject).collect();
        told.sort();
        assert_eq!(
            told,
            ["An authenticator app was set up", "Your authenticator app was removed"]
        );
    });

    on_both_engines!(what_signs_in_changes_only_after_a_fresh_proof, |house| async move {
        let session = contact_session(&house).await;
        let (firm, actor, id) = (&house.firm, &session.actor, session.id);
        set_up(&house, &session).await;
        house.advance(limits::FRESH_SECONDS + 1);
        let stale = Problem::field(Field::Form, Reason::NotFresh);
        assert_eq!(told(begin_app(firm, actor, id).await), stale);
        assert_eq!(told(remove_app(firm, actor, id).await), stale);
        assert_eq!(told(new_codes(firm, actor, id).await), stale);

        assert_eq!(confirm::way(firm, actor).await.expect("read"), ConfirmWay::App);
        let code = code_of(firm, "anwen@marlowe.example").await;
        let renewed = confirm::by_app(firm, actor, id, &code).await.expect("proven");
        assert!(
            confirm::by_app(firm, actor, id, &code).await.is_err(),
            "a code is taken once, here too"
        );
        let session = resume(firm, &renewed.token)
            .await
            .expect("read")
            .expect("the same session");
        assert_eq!(session.id, id);
        new_codes(firm, actor, id).await.expect("made");
    });

    on_both_engines!(attack_19_a_fresh_proof_rotates_the_token, |house| async move {
        let token = house.staff_session("imogen@harcourtpell.example").await;
        let session = resume(&house.firm, &token).await.expect("read").expect("a session");
        let code = code_of(&house.firm, "imogen@harcourtpell.example").await;
        let renewed = confirm::by_app(&house.firm, &session.actor, session.id, &code)
            .await
            .expect("proven");
        assert_ne!(renewed.token, token);
        assert!(
            resume(&house.firm, &token).await.expect("read").is_none(),
            "the old one is nobody's"
        );
        assert!(resume(&house.firm, &renewed.token).await.expect("read").is_some());
    });

    on_both_engines!(
        staff_and_contacts_of_a_strict_firm_keep_a_second_factor,
        |house| async move {
            let token = house.staff_session("imogen@harcourtpell.example").await;
            let staff = resume(&house.firm, &token).await.expect("read").expect("a session");
            let stays = Problem::field(Field::Form, Reason::FactorRequired);
            assert_eq!(told(remove_app(&house.firm, &staff.actor, staff.id).await), stays);
            let settings = SignInSettings {
                contacts_need_factor: true,
                ..Default::default()
            };
            settings::sign_in::write(&house.firm, &house.imogen(), &settings)
                .await
                .expect("kept");
            let contact = contact_session(&house).await;
            set_up(&house, &contact).await;
            assert_eq!(told(remove_app(&house.firm, &contact.actor, contact.id).await), stays);
            // Whoever has none sets one up at the door.
            let tx = house.firm.begin().await.expect("begun");
            let priya = house.people.priya.uuid();
            let entered = sign_in::admit(&tx, Side::Contact, priya, "link", "", &Device::default())
                .await
                .expect("admitted");
            tx.commit().await.expect("committed");
            assert!(matches!(entered.pass, sign_in::Pass::Step { enrols: true, .. }));
        }
    );

    on_both_engines!(
        whoever_runs_the_firm_clears_lost_factors_and_nobody_else,
        |house| async move {
            const TOMASZ: &str = "tomasz@harcourtpell.example";
            let token = house.staff_session(TOMASZ).await;
            for actor in [house.tomasz(), house.anwen(), Actor::Visitor] {
                assert_eq!(told(clear(&house.firm, &actor, TOMASZ).await), Problem::NotFound);
            }
            clear(&house.firm, &house.imogen(), TOMASZ).await.expect("cleared");
            assert!(
                resume(&house.firm, &token).await.expect("read").is_none(),
                "their sessions end"
            );
            let visitor = Actor::Visitor;
            let entered = sign_in::with_password(&house.firm, &visitor, TOMASZ, PASSWORD, "", &Device::default()).await;
            assert!(matches!(
                entered.expect("right").pass,
                sign_in::Pass::Step { enrols: true, .. }
            ));
            house.work().await.expect("worked");
            assert!(
                house
                    .letters()
                    .iter()
                    .any(|it| it.to == TOMASZ && it.subject == "Your second step was reset")
            );
        }
    );

    on_both_engines!(somebody_elses_app_is_no_proof, |house| async move {
        give_app(&house.firm, "anwen@marlowe.example").await;
        give_app(&house.firm, "priya@brightwater.example").await;
        let session = contact_session(&house).await;
        let foreign = code_of(&house.firm, "priya@brightwater.example").await;
        let refused = confirm::by_app(&house.firm, &session.actor, session.id, &foreign).await;
        assert!(refused.is_err());
    });
}
