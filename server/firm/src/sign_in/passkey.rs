//! A passkey at the door: by itself, as the second proof, or as the first factor that somebody sets up.

use super::{Entered, step};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_of},
    error::{Error, Result},
    factors,
    networks::Tried,
    passkeys::{self, Challenge, Purpose},
    sessions::Device,
    tx::Tx,
};
use domain::{Field, Reason, access::Action, device, text};
use entity::firm::sign_in_step;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// What the browser asks of whichever passkey of this host its authenticators hold. It is the same for everybody.
///
/// # Errors
/// There were too many tries, or this host has no passkeys.
pub async fn ask_passkey(
    firm: &Firm,
    actor: &Actor,
    host: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Challenge> {
    allow(actor, Action::SignIn, &Nobodys)?;
    firm.take_try(Tried::SignIn, device)?;
    let tx = firm.begin().await?;
    let challenge = passkeys::ask_to_sign(&tx, Purpose::Door, host, &[], browser).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Signs in with the passkey alone: the device and its owner are two factors. Every answer that does not hold gets the
/// same words.
///
/// # Errors
/// The answer does not hold.
pub async fn with_passkey(
    firm: &Firm,
    actor: &Actor,
    answer: &str,
    next: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let taken = passkeys::take(&tx, Purpose::Door, browser).await?;
    let Some((side, person)) = passkeys::verify(&tx, taken.as_ref(), answer, None).await? else {
        return passkeys::refuse(tx, Reason::PasskeyFailed).await;
    };
    let next = text::local_path(next).unwrap_or_default();
    let entered = super::open(&tx, side, person, &["passkey"], next, device).await?;
    tx.commit().await?;
    firm.give_back(Tried::SignIn, device);
    Ok(entered)
}

/// What the browser asks of the passkeys of whoever stands in this step.
///
/// # Errors
/// The step is over, or they have no passkey at this host.
pub async fn ask_step_passkey(firm: &Firm, actor: &Actor, host: &str, browser: Option<&str>) -> Result<Challenge> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let step = step::must_open(&tx, browser).await?;
    let known = passkeys::ids(tx.db(), step.person, host).await?;
    if known.is_empty() {
        return Err(Error::refused(Field::Form, Reason::PasskeyFailed));
    }
    let challenge = passkeys::ask_to_sign(&tx, Purpose::Step(step.id), host, &known, browser).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Gives a passkey as the second proof. A signature is not guessed, so a wrong one counts for this step and not for the
/// account; and as another factor it needs no mailed code on top.
///
/// # Errors
/// The answer does not hold, or the step is over.
pub async fn give_passkey(
    firm: &Firm,
    actor: &Actor,
    answer: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let step = step::count(&tx, browser).await?;
    let taken = passkeys::take(&tx, Purpose::Step(step.id), browser).await?;
    let signed = passkeys::verify(&tx, taken.as_ref(), answer, Some(step.person)).await?;
    if signed.is_none() {
        tx.commit().await?;
        return Err(step::wrong(&step, Field::Form, |_| Reason::PasskeyFailed));
    }
    let entered = step::finish(&tx, &step, "passkey", device).await?;
    tx.commit().await?;
    Ok(entered)
}

/// What the browser asks for a first passkey, in a step that asks for one.
///
/// # Errors
/// The step is over, or whoever stands in it has a factor to give.
pub async fn ask_first_passkey(firm: &Firm, actor: &Actor, host: &str, browser: Option<&str>) -> Result<Challenge> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let step = must_enrol(&tx, step::must_open(&tx, browser).await?).await?;
    let (side, purpose) = (side_of(&step.kind)?, Purpose::FirstOne(step.id));
    let challenge = passkeys::ask_to_make(&tx, purpose, side, step.person, host, browser).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Takes the first passkey. Whoever had no recovery codes keeps ten first, and gets no session yet.
///
/// # Errors
/// The answer does not hold, or the step is over.
pub async fn enrol_passkey(
    firm: &Firm,
    actor: &Actor,
    answer: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Option<Entered>> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let step = must_enrol(&tx, step::count(&tx, browser).await?).await?;
    let side = side_of(&step.kind)?;
    let taken = passkeys::take(&tx, Purpose::FirstOne(step.id), browser).await?;
    let name = device::words(&device.agent);
    if let Err(reason) = passkeys::add(&tx, side, step.person, taken.as_ref(), answer, &name).await? {
        tx.commit().await?;
        return Err(step::wrong(&step, Field::Form, |_| reason));
    }
    if factors::left(tx.db(), step.person).await? > 0 {
        let entered = step::finish(&tx, &step, "passkey", device).await?;
        tx.commit().await?;
        return Ok(Some(entered));
    }
    factors::fresh_codes(&tx, step.person, step.id).await?;
    prove(&tx, &step, "passkey").await?;
    tx.commit().await?;
    Ok(None)
}

/// Notes in the step what was proven, while something is to be done before the session.
pub(super) async fn prove(tx: &Tx<'_>, step: &sign_in_step::Model, factor: &str) -> Result<()> {
    sign_in_step::Entity::update_many()
        .col_expr(sign_in_step::Column::Factor, Expr::value(factor))
        .filter(sign_in_step::Column::Id.eq(step.id))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Whether a first passkey can be made in this step: there is nothing that could be given, or it was given and a passkey
/// is asked for beside it.
pub(super) async fn may_enrol(db: &impl ConnectionTrait, step: &sign_in_step::Model) -> Result<bool> {
    if !factors::held(db, step.person).await?.any() {
        return Ok(true);
    }
    let side = side_of(&step.kind)?;
    Ok(step.factor.is_some() && factors::passkey_due(db, side, step.person).await?)
}

async fn must_enrol(tx: &Tx<'_>, step: sign_in_step::Model) -> Result<sign_in_step::Model> {
    if may_enrol(tx.db(), &step).await? {
        Ok(step)
    } else {
        Err(Error::refused(Field::Form, Reason::StepOver))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contacts, on_both_engines,
        sign_in::{Pass, admit, codes_kept, codes_page, enrol_app, enrol_page, factor_page, give_code, with_password},
        staff,
        testing::{Authenticator, HOST, House, PASSWORD, code_of, give_app, give_passkey as hand_passkey},
    };
    use domain::{Problem, access::Role, client::Side, limits, settings::SignInSettings};

    const IMOGEN: &str = "imogen@harcourtpell.example";
    const TOMASZ: &str = "tomasz@harcourtpell.example";
    const ANWEN: &str = "anwen@marlowe.example";
    const PRIYA: &str = "priya@brightwater.example";
    const OLD_HOST: &str = "clients.harcourtpell.example";
    const ORIGIN: &str = "https://portal.harcourtpell.example";
    const VISITOR: Actor = Actor::Visitor;

    fn told<T>(result: Result<T>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was let in"),
        }
    }

    fn refused(reason: Reason) -> Problem {
        Problem::field(Field::Form, reason)
    }

    async fn ask(house: &House, browser: Option<&str>) -> Challenge {
        let asked = ask_passkey(&house.firm, &VISITOR, HOST, browser, &Device::default()).await;
        asked.expect("asked")
    }

    async fn enter(house: &House, answer: &str, browser: &str) -> Result<Entered> {
        let device = Device::default();
        with_passkey(&house.firm, &VISITOR, answer, "/files", Some(browser), &device).await
    }

    /// Asks and answers as one browser does.
    async fn press(house: &House, authenticator: &mut Authenticator) -> Result<Entered> {
        let asked = ask(house, None).await;
        let answer = authenticator.sign(&asked.options, ORIGIN).expect("signed");
        enter(house, &answer, &asked.browser).await
    }

    async fn past_password(house: &House, address: &str) -> Entered {
        let entered = with_password(&house.firm, &VISITOR, address, PASSWORD, "", &Device::default()).await;
        entered.expect("the password is right")
    }

    async fn past_link(house: &House) -> Entered {
        let tx = house.firm.begin().await.expect("begun");
        let anwen = house.people.anwen.uuid();
        let entered = admit(&tx, Side::Contact, anwen, "link", "/files", &Device::default()).await;
        tx.commit().await.expect("committed");
        entered.expect("admitted")
    }

    async fn be_strict(house: &House) {
        let settings = SignInSettings {
            strict: true,
            ..Default::default()
        };
        let kept = crate::settings::sign_in::write(&house.firm, &house.imogen(), &settings).await;
        kept.expect("kept");
    }

    async fn hire_oona(house: &House) -> String {
        let new = staff::NewStaff {
            name: "Oona Reed".to_owned(),
            title: String::new(),
            address: "oona@harcourtpell.example".to_owned(),
            role: Role::Member,
            password: PASSWORD.to_owned(),
        };
        staff::add(&house.firm, &Actor::Operator, &new).await.expect("hired");
        new.address
    }

    on_both_engines!(
        a_passkey_alone_opens_a_session_of_staff_and_of_contacts,
        |house| async move {
            for (address, side) in [(IMOGEN, Side::Staff), (ANWEN, Side::Contact)] {
                let mut authenticator = hand_passkey(&house.firm, address, HOST).await;
                for _ in 0..2 {
                    let entered = press(&house, &mut authenticator).await.expect("let in");
                    assert_eq!((entered.side, entered.next.as_str()), (side, "/files"));
                    let token = entered.token().expect("a session at once");
                    let session = crate::sessions::resume(&house.firm, token).await.expect("read");
                    assert_eq!(session.expect("a session").actor.is_staff(), side == Side::Staff);
                }
            }
        }
    );

    on_both_engines!(
        every_answer_that_does_not_hold_gets_the_same_words_and_spends_the_question,
        |house| async move {
            let wrong = refused(Reason::PasskeyFailed);
            let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
            let mut elsewhere = hand_passkey(&house.firm, PRIYA, OLD_HOST).await;
            let mut unknown = Authenticator::new(9);
            let asked = ask(&house, None).await;
            let stranger = vault::PasskeySite::new(HOST, ORIGIN, "A copy of the portal").expect("a site");
            let owner = vault::PasskeyOwner {
                id: house.people.anwen.uuid(),
                address: ANWEN,
                name: "Anwen Marlowe",
            };
            let made = stranger.ask_to_make(&owner, &[]).expect("asked");
            unknown.make(&made.options, ORIGIN).expect("made");

            let elsewhere_id = passkeys::ids(house.firm.db(), house.people.priya.uuid(), OLD_HOST).await;
            let elsewhere_id = elsewhere_id.expect("read").remove(0);
            let answers = [
                String::new(),
                "{}".to_owned(),
                anwen
                    .sign(&asked.options, "https://portal.harcourtpell.example.evil.example")
                    .expect("signed"),
                anwen.sign(&ask(&house, None).await.options, ORIGIN).expect("signed"),
                unknown.sign(&asked.options, ORIGIN).expect("signed"),
                // A passkey of another host of the firm, signed for this one.
                elsewhere
                    .sign_as(&elsewhere_id, &asked.options, ORIGIN)
                    .expect("signed"),
            ];
            for answer in answers {
                let asked = Challenge {
                    options: asked.options.clone(),
                    ..ask(&house, None).await
                };
                assert_eq!(told(enter(&house, &answer, &asked.browser).await), wrong, "{answer}");
            }
            // One wrong answer, and the right one comes too late.
            assert_eq!(told(enter(&house, "", &asked.browser).await), wrong);
            let right = anwen.sign(&asked.options, ORIGIN).expect("signed");
            assert_eq!(told(enter(&house, &right, &asked.browser).await), wrong);
        }
    );

    on_both_engines!(
        attack_22_an_answer_opens_one_session_however_often_it_comes,
        |house| async move {
            let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
            let asked = ask(&house, None).await;
            let answer = anwen.sign(&asked.options, ORIGIN).expect("signed");
            let tries = (0..20).map(|_| enter(&house, &answer, &asked.browser));
            let entered = futures::future::join_all(tries).await;
            assert_eq!(entered.iter().filter(|entered| entered.is_ok()).count(), 1);
        }
    );

    on_both_engines!(
        attack_12_an_answer_is_good_in_the_browser_that_was_asked_and_for_five_minutes,
        |house| async move {
            let wrong = refused(Reason::PasskeyFailed);
            let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
            let (here, there) = (ask(&house, None).await, ask(&house, None).await);
            let answer = anwen.sign(&here.options, ORIGIN).expect("signed");
            assert_eq!(told(enter(&house, &answer, &there.browser).await), wrong);
            let nobody = with_passkey(&house.firm, &VISITOR, &answer, "", None, &Device::default()).await;
            assert_eq!(told(nobody), wrong);
            house.advance(limits::PASSKEY_SECONDS);
            assert_eq!(told(enter(&house, &answer, &here.browser).await), wrong);
            // A question replaces the browser's earlier one.
            let first = ask(&house, None).await;
            let second = ask(&house, Some(&first.browser)).await;
            assert_eq!(first.browser, second.browser);
            let answer = anwen.sign(&first.options, ORIGIN).expect("signed");
            assert_eq!(told(enter(&house, &answer, &first.browser).await), wrong);
        }
    );

    on_both_engines!(whoever_was_removed_gets_in_no_more, |house| async move {
        let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
        let mut tomasz = hand_passkey(&house.firm, TOMASZ, HOST).await;
        contacts::remove(&house.firm, &house.imogen(), house.people.anwen)
            .await
            .expect("removed");
        staff::remove(&house.firm, &house.imogen(), house.people.tomasz)
            .await
            .expect("removed");
        for authenticator in [&mut anwen, &mut tomasz] {
            assert_eq!(told(press(&house, authenticator).await), refused(Reason::PasskeyFailed));
        }
    });

    on_both_engines!(a_copied_passkey_is_refused_and_its_owner_told, |house| async move {
        let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
        let mut copy = anwen.clone();
        press(&house, &mut anwen).await.expect("let in");
        assert_eq!(told(press(&house, &mut copy).await), refused(Reason::PasskeyFailed));
        house.work().await.expect("worked");
        assert!(
            house
                .letters()
                .iter()
                .any(|it| it.to == ANWEN && it.subject == "A passkey was refused")
        );
        press(&house, &mut anwen).await.expect("the owner goes on");
    });

    on_both_engines!(a_passkey_is_a_second_proof, |house| async move {
        let (firm, device) = (&house.firm, Device::default());
        let mut anwen = hand_passkey(firm, ANWEN, HOST).await;
        let mut priya = hand_passkey(firm, PRIYA, HOST).await;
        let entered = past_link(&house).await;
        let step = entered.step().expect("a second proof is asked for");
        let page = factor_page(firm, &VISITOR, HOST, Some(step))
            .await
            .expect("read")
            .expect("a page");
        assert_eq!((page.app, page.passkey, page.passkey_at), (false, true, None));
        let page = factor_page(firm, &VISITOR, OLD_HOST, Some(step))
            .await
            .expect("read")
            .expect("a page");
        assert_eq!((page.passkey, page.passkey_at.as_deref()), (false, Some(HOST)));

        // Somebody else's, and an answer to the door's question.
        let asked = ask_step_passkey(firm, &VISITOR, HOST, Some(step)).await.expect("asked");
        assert_eq!(asked.browser, step);
        assert!(
            priya.sign(&asked.options, ORIGIN).is_none(),
            "only the owner's are asked for"
        );
        let id = passkeys::ids(firm.db(), house.people.priya.uuid(), HOST)
            .await
            .expect("read")
            .remove(0);
        let foreign = priya.sign_as(&id, &asked.options, ORIGIN).expect("signed");
        let wrong = refused(Reason::PasskeyFailed);
        assert_eq!(
            told(give_passkey(firm, &VISITOR, &foreign, Some(step), &device).await),
            wrong
        );
        let door = ask(&house, Some(step)).await;
        let answer = anwen.sign(&door.options, ORIGIN).expect("signed");
        assert_eq!(
            told(give_passkey(firm, &VISITOR, &answer, Some(step), &device).await),
            wrong
        );

        let asked = ask_step_passkey(firm, &VISITOR, HOST, Some(step)).await.expect("asked");
        let answer = anwen.sign(&asked.options, ORIGIN).expect("signed");
        let entered = give_passkey(firm, &VISITOR, &answer, Some(step), &device)
            .await
            .expect("let in");
        assert_eq!((entered.side, entered.next.as_str()), (Side::Contact, "/files"));
    });

    on_both_engines!(five_answers_that_do_not_hold_end_the_step, |house| async move {
        let mut anwen = hand_passkey(&house.firm, ANWEN, HOST).await;
        let (entered, device) = (past_link(&house).await, Device::default());
        let step = entered.step();
        for left in (0..5).rev() {
            let expected = if left == 0 {
                Reason::StepSpent
            } else {
                Reason::PasskeyFailed
            };
            let given = give_passkey(&house.firm, &VISITOR, "", step, &device).await;
            assert_eq!(told(given), refused(expected));
        }
        let asked = ask_step_passkey(&house.firm, &VISITOR, HOST, step)
            .await
            .expect("asked");
        let answer = anwen.sign(&asked.options, ORIGIN).expect("signed");
        let given = give_passkey(&house.firm, &VISITOR, &answer, step, &device).await;
        assert_eq!(told(given), refused(Reason::StepSpent));
    });

    on_both_engines!(
        staff_make_a_passkey_instead_of_the_app_and_keep_ten_codes,
        |house| async move {
            let (firm, device) = (&house.firm, Device::default());
            let oona = hire_oona(&house).await;
            let entered = past_password(&house, &oona).await;
            let step = entered.step();
            assert!(
                enrol_page(firm, &VISITOR, step)
                    .await
                    .expect("read")
                    .expect("a page")
                    .app
                    .is_some()
            );
            let asked = ask_first_passkey(firm, &VISITOR, HOST, step).await.expect("asked");
            let mut authenticator = Authenticator::new(11);
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            let entered = enrol_passkey(firm, &VISITOR, &answer, step, &device)
                .await
                .expect("made");
            assert!(entered.is_none(), "the codes come first");
            assert_eq!(
                codes_page(firm, &VISITOR, step)
                    .await
                    .expect("read")
                    .expect("codes")
                    .len(),
                10
            );
            assert!(
                ask_first_passkey(firm, &VISITOR, HOST, step).await.is_err(),
                "one, not two"
            );
            let entered = codes_kept(firm, &VISITOR, step, &device).await.expect("let in");
            assert!(entered.token().is_some());
            press(&house, &mut authenticator).await.expect("and by itself");
        }
    );

    on_both_engines!(nobody_makes_a_passkey_at_the_door_beside_a_factor, |house| async move {
        let entered = past_password(&house, IMOGEN).await;
        let asked = ask_first_passkey(&house.firm, &VISITOR, HOST, entered.step()).await;
        assert_eq!(told(asked), refused(Reason::StepOver));
        give_app(&house.firm, ANWEN).await;
        let entered = past_link(&house).await;
        let asked = ask_first_passkey(&house.firm, &VISITOR, HOST, entered.step()).await;
        assert_eq!(told(asked), refused(Reason::StepOver));
    });

    on_both_engines!(
        in_the_strict_profile_staff_with_an_app_make_a_passkey_and_use_it,
        |house| async move {
            let (firm, device) = (&house.firm, Device::default());
            be_strict(&house).await;
            let entered = past_password(&house, IMOGEN).await;
            let step = entered.step();
            let code = code_of(firm, IMOGEN).await;
            let entered = give_code(firm, &VISITOR, &code, step, &device).await.expect("right");
            assert!(matches!(entered.pass, Pass::Enrolment), "no session by the app");
            assert!(
                codes_kept(firm, &VISITOR, step, &device)
                    .await
                    .is_ok_and(|it| it.token().is_none())
            );
            assert!(
                enrol_page(firm, &VISITOR, step)
                    .await
                    .expect("read")
                    .expect("a page")
                    .app
                    .is_none()
            );
            let asked = ask_first_passkey(firm, &VISITOR, HOST, step).await.expect("asked");
            let mut authenticator = Authenticator::new(12);
            let answer = authenticator.make(&asked.options, ORIGIN).expect("made");
            enrol_passkey(firm, &VISITOR, &answer, step, &device)
                .await
                .expect("made");
            let entered = codes_kept(firm, &VISITOR, step, &device).await.expect("let in");
            assert!(entered.token().is_some());

            let entered = past_password(&house, IMOGEN).await;
            let code = code_of(firm, IMOGEN).await;
            let given = give_code(firm, &VISITOR, &code, entered.step(), &device).await;
            assert_eq!(told(given), refused(Reason::PasskeyAsked));
            let page = factor_page(firm, &VISITOR, HOST, entered.step())
                .await
                .expect("read")
                .expect("a page");
            assert_eq!((page.app, page.passkey), (false, true));
            press(&house, &mut authenticator).await.expect("let in");
        }
    );

    on_both_engines!(
        in_the_strict_profile_an_app_is_no_first_factor_of_staff,
        |house| async move {
            be_strict(&house).await;
            let oona = hire_oona(&house).await;
            let entered = past_password(&house, &oona).await;
            let page = enrol_page(&house.firm, &VISITOR, entered.step()).await;
            assert!(page.expect("read").expect("a page").app.is_none());
            let enrolled = enrol_app(&house.firm, &VISITOR, "123456", entered.step()).await;
            assert_eq!(told(enrolled), refused(Reason::StepOver));
        }
    );
}
