//! The second proof: a code of an authenticator app, or a recovery code. A passkey is given in [`super::give_passkey`].

use super::{Entered, step};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_of},
    error::{Error, Result},
    factors::{self, Given, Held},
    letters::Happened,
    links, passkeys,
    sessions::{self, Device},
    throttle,
};
use domain::{
    Field, Moment, Reason,
    access::Action,
    limits,
    sign_in::{FactorPage, MailedCode},
};
use entity::firm::sign_in_step;
use sea_orm::ConnectionTrait;

/// What the page asks for; `None` when this browser has no open step.
///
/// # Errors
/// The database fails.
pub async fn factor_page(firm: &Firm, actor: &Actor, host: &str, browser: Option<&str>) -> Result<Option<FactorPage>> {
    let Some(step) = shown(firm, actor, browser).await? else {
        return Ok(None);
    };
    let held = factors::held(firm.db(), step.person).await?;
    let passkeys = passkeys::of(firm.db(), step.person).await?;
    let passkey = passkeys.iter().any(|row| row.host == host);
    Ok(Some(FactorPage {
        until: Moment(step.expires_at),
        app: held.app && !passkey_instead(firm.db(), &step, held).await?,
        passkey,
        passkey_at: (!passkey).then(|| Some(passkeys.first()?.host.clone())).flatten(),
        recovery_codes: factors::left(firm.db(), step.person).await?,
        mail: mailed_code(firm, &step).await?,
    }))
}

/// Whether a code of the app is not enough, because there is the passkey that the firm asks of staff.
async fn passkey_instead(db: &impl ConnectionTrait, step: &sign_in_step::Model, held: Held) -> Result<bool> {
    Ok(held.passkey && factors::passkey_only(db, side_of(&step.kind)?).await?)
}

/// What stands of a mailed code that is asked for on top.
async fn mailed_code(firm: &Firm, step: &sign_in_step::Model) -> Result<MailedCode> {
    let asked = throttle::asks_second_route(firm.db(), firm, step.person).await?;
    Ok(match (step.mail_proven_at, step.mailed_at) {
        (Some(_), _) => MailedCode::Right,
        (None, Some(at)) => MailedCode::Sent(Moment(at)),
        (None, None) if asked => MailedCode::Unsent,
        (None, None) => MailedCode::NotAsked,
    })
}

/// Gives the code of an authenticator app.
///
/// # Errors
/// The code is empty, wrong (with the tries that are left) or was used; the step is over.
pub async fn give_code(
    firm: &Firm,
    actor: &Actor,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = digits(code)?;
    let tx = firm.begin().await?;
    let open = step::must_open(&tx, browser).await?;
    let held = factors::held(tx.db(), open.person).await?;
    if passkey_instead(tx.db(), &open, held).await? {
        return Err(Error::refused(Field::Form, Reason::PasskeyAsked));
    }
    let tries = throttle::factor_tries(firm, open.person);
    if open.mail_proven_at.is_none() && throttle::asks_second_route(tx.db(), firm, open.person).await? {
        return Err(Error::refused(Field::Form, Reason::MailedCodeFirst));
    }
    let step = step::count(&tx, browser).await?;
    if throttle::count(&tx, &tries).await? == throttle::SECOND_ROUTE_AFTER {
        sessions::tell(&tx, side_of(&step.kind)?, step.person, Happened::FactorGuessed).await?;
    }
    let given = match factors::confirmed(tx.db(), step.person).await? {
        Some(app) => factors::give(&tx, &app, &code).await?,
        None => Given::Wrong,
    };
    if given == Given::Right {
        let entered = step::finish(&tx, &step, "app", device).await?;
        tx.commit().await?;
        return Ok(entered);
    }
    throttle::note_wrong(&tx, &throttle::factor_month(tx.firm, step.person)).await?;
    tx.commit().await?;
    Err(refusal(&step, given))
}

/// Gives one of the codes kept on paper.
///
/// # Errors
/// As [`give_code`].
pub async fn give_recovery_code(
    firm: &Firm,
    actor: &Actor,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = links::plain(code);
    if code.is_empty() {
        return Err(Error::refused(Field::RecoveryCode, Reason::Empty));
    }
    let tx = firm.begin().await?;
    let step = step::count(&tx, browser).await?;
    if factors::spend(&tx, step.person, &code).await? {
        let side = side_of(&step.kind)?;
        tx.audit_person(side, step.person, "recovery_code.use", None).await?;
        let left = factors::left(tx.db(), step.person).await?;
        sessions::tell(&tx, side, step.person, Happened::CodeUsed { left }).await?;
        let entered = step::finish(&tx, &step, "recovery", device).await?;
        tx.commit().await?;
        return Ok(entered);
    }
    tx.commit().await?;
    Err(step::wrong(&step, Field::RecoveryCode, |left| {
        Reason::WrongRecoveryCode { left }
    }))
}

pub(super) async fn shown(firm: &Firm, actor: &Actor, browser: Option<&str>) -> Result<Option<sign_in_step::Model>> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let step = step::open(firm.db(), browser, firm.now()).await?;
    Ok(step.filter(|step| step.tries < limits::CODE_TRIES))
}

pub(super) fn refusal(step: &sign_in_step::Model, given: Given) -> Error {
    if given == Given::Used {
        return step::wrong(step, Field::AppCode, |_| Reason::AppCodeUsed);
    }
    step::wrong(step, Field::AppCode, |left| Reason::WrongAppCode { left })
}

/// The digits of what was typed: apps show a space in the middle, and people copy it.
pub(crate) fn digits(typed: &str) -> Result<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).take(12).collect();
    if digits.is_empty() {
        return Err(Error::refused(Field::AppCode, Reason::Empty));
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::Pass;
    use crate::sign_in::{codes_kept, codes_page, enrol_app, enrol_page};
    use crate::{
        on_both_engines, sign_in, staff,
        testing::{HOST, House, PASSWORD, code_of, give_app},
    };
    use domain::{Problem, access::Role, client::Side};
    use vault::totp::STEP_SECONDS;

    const IMOGEN: &str = "imogen@harcourtpell.example";
    const ANWEN: &str = "anwen@marlowe.example";

    async fn past_password(house: &House, address: &str) -> Entered {
        let device = Device::default();
        sign_in::with_password(
            &house.firm,
            &Actor::Visitor,
            address,
            PASSWORD,
            "/office/files",
            &device,
        )
        .await
        .expect("the password is right")
    }

    async fn give(house: &House, step: Option<&str>, code: &str) -> Result<Entered> {
        give_code(&house.firm, &Actor::Visitor, code, step, &Device::default()).await
    }

    fn told<T>(result: Result<T>) -> Problem {
        match result {
            Err(Error::Problem(problem)) => problem,
            Err(fault) => panic!("a fault: {fault:?}"),
            Ok(_) => panic!("it was let in"),
        }
    }

    /// Six digits that are not the app's now.
    async fn wrong_code(house: &House) -> String {
        let right: u32 = code_of(&house.firm, IMOGEN).await.parse().expect("digits");
        format!("{:06}", (right + 500_000) % 1_000_000)
    }

    on_both_engines!(staff_get_no_session_before_their_second_factor, |house| async move {
        let entered = past_password(&house, IMOGEN).await;
        assert_eq!(entered.token(), None);
        let step = entered.step().expect("a step");
        // What finds the step opens nothing else.
        assert!(sessions::resume(&house.firm, step).await.expect("read").is_none());
        let page = factor_page(&house.firm, &Actor::Visitor, HOST, Some(step))
            .await
            .expect("read");
        assert!(page.expect("a page").app);
        let code = code_of(&house.firm, IMOGEN).await;
        // As apps show it.
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        let entered = give(&house, Some(step), &spaced).await.expect("let in");
        assert_eq!((entered.side, entered.next.as_str()), (Side::Staff, "/office/files"));
        assert_eq!(
            told(give(&house, Some(step), &code).await),
            Problem::field(Field::Form, Reason::StepOver)
        );
    });

    on_both_engines!(attack_20_a_code_is_taken_once_across_sessions, |house| async move {
        let code = code_of(&house.firm, IMOGEN).await;
        let (first, second) = (past_password(&house, IMOGEN).await, past_password(&house, IMOGEN).await);
        give(&house, first.step(), &code).await.expect("let in");
        let used = Problem::field(Field::AppCode, Reason::AppCodeUsed);
        assert_eq!(told(give(&house, second.step(), &code).await), used);
        house.advance(STEP_SECONDS);
        assert_eq!(
            told(give(&house, second.step(), &code).await),
            used,
            "nor as the code before"
        );
    });

    on_both_engines!(
        attack_20_of_parallel_uses_of_a_code_exactly_one_wins,
        |house| async move {
            let code = code_of(&house.firm, IMOGEN).await;
            let mut steps = Vec::new();
            for _ in 0..20 {
                steps.push(past_password(&house, IMOGEN).await);
            }
            let tries = steps.iter().map(|entered| give(&house, entered.step(), &code));
            let won = futures::future::join_all(tries).await.into_iter().flatten().count();
            assert_eq!(won, 1);
        }
    );

    on_both_engines!(attack_20_a_code_drifts_by_one_step_and_no_further, |house| async move {
        for (late, taken) in [(0, true), (STEP_SECONDS, true), (2 * STEP_SECONDS, false)] {
            let code = code_of(&house.firm, IMOGEN).await;
            let entered = past_password(&house, IMOGEN).await;
            house.advance(late);
            assert_eq!(
                give(&house, entered.step(), &code).await.is_ok(),
                taken,
                "{late} s late"
            );
        }
    });

    on_both_engines!(
        attack_21_five_wrong_codes_end_the_step_however_they_come,
        |house| async move {
            let entered = past_password(&house, IMOGEN).await;
            let wrong = wrong_code(&house).await;
            let tries = (0..20).map(|_| give(&house, entered.step(), &wrong));
            let answers = futures::future::join_all(tries).await;
            let counted = answers
                .into_iter()
                .filter(|answer| {
                    matches!(
                        answer,
                        Err(Error::Problem(Problem::Refused {
                            field: Field::AppCode,
                            ..
                        }))
                    )
                })
                .count();
            // The fifth is told that it was the last.
            assert_eq!(counted, 4, "20 parallel guesses cost as much as 20 in a row");
            let code = code_of(&house.firm, IMOGEN).await;
            let spent = Problem::field(Field::Form, Reason::StepSpent);
            assert_eq!(told(give(&house, entered.step(), &code).await), spent);
            assert!(
                factor_page(&house.firm, &Actor::Visitor, HOST, entered.step())
                    .await
                    .expect("read")
                    .is_none()
            );
            let again = past_password(&house, IMOGEN).await;
            assert!(
                give(&house, again.step(), &code).await.is_ok(),
                "the owner begins again"
            );
        }
    );

    on_both_engines!(the_tries_that_are_left_are_said, |house| async move {
        let entered = past_password(&house, IMOGEN).await;
        let wrong = wrong_code(&house).await;
        for left in [4, 3, 2, 1] {
            let expected = Problem::field(Field::AppCode, Reason::WrongAppCode { left });
            assert_eq!(told(give(&house, entered.step(), &wrong).await), expected);
        }
    });

    on_both_engines!(
        a_step_belongs_to_its_browser_and_ends_after_ten_minutes,
        |house| async move {
            let over = Problem::field(Field::Form, Reason::StepOver);
            let entered = past_password(&house, IMOGEN).await;
            let code = code_of(&house.firm, IMOGEN).await;
            let other = vault::Token::generate(&house.firm.random).text();
            assert_eq!(told(give(&house, Some(&*other), &code).await), over);
            assert_eq!(told(give(&house, None, &code).await), over);
            house.advance(limits::STEP_SECONDS);
            assert_eq!(told(give(&house, entered.step(), &code).await), over);
        }
    );

    on_both_engines!(
        whoever_has_no_app_sets_one_up_and_keeps_ten_codes_first,
        |house| async move {
            let new = staff::NewStaff {
                name: "Oona Reed".to_owned(),
                title: String::new(),
                address: "oona@harcourtpell.example".to_owned(),
                role: Role::Member,
                password: PASSWORD.to_owned(),
            };
            staff::add(&house.firm, &Actor::Operator, &new).await.expect("hired");
            let (firm, visitor, device) = (&house.firm, &Actor::Visitor, Device::default());
            let entered = past_password(&house, &new.address).await;
            let Pass::Step { enrols: true, .. } = entered.pass else {
                panic!("no way round it")
            };
            let step = entered.step();
            let page = enrol_page(firm, visitor, step).await.expect("read").expect("a page");
            let key = page.app.expect("a key");
            assert!(key.address.starts_with("otpauth://totp/Harcourt%20%26%20Pell:oona%40"));
            assert!(codes_kept(firm, visitor, step, &device).await.is_err(), "first the app");
            let secret = vault::TotpSecret::parse(&key.key.replace(' ', "")).expect("a secret");
            let code = secret.code(vault::totp::step_at(firm.now().0));
            enrol_app(firm, visitor, &code, step).await.expect("set up");
            assert!(
                enrol_page(firm, visitor, step).await.expect("read").is_none(),
                "the key is shown no more"
            );
            let codes = codes_page(firm, visitor, step).await.expect("read").expect("codes");
            assert_eq!(codes.len(), 10);
            let entered = codes_kept(firm, visitor, step, &device).await.expect("let in");
            assert!(entered.token().is_some());
            assert!(codes_page(firm, visitor, step).await.expect("read").is_none());

            // Each of the codes lets in once, without the phone.
            for (way, expected) in [
                (codes[0].to_lowercase(), true),
                (codes[0].clone(), false),
                (codes[9].clone(), true),
            ] {
                let entered = past_password(&house, &new.address).await;
                let given = give_recovery_code(firm, visitor, &way, entered.step(), &device).await;
                assert_eq!(given.is_ok(), expected);
            }
            let used = past_password(&house, &new.address).await;
            let page = factor_page(firm, visitor, HOST, used.step())
                .await
                .expect("read")
                .expect("a page");
            assert_eq!(page.recovery_codes, 8);
        }
    );

    on_both_engines!(nobody_replaces_an_app_at_the_door, |house| async move {
        let entered = past_password(&house, IMOGEN).await;
        assert!(
            enrol_page(&house.firm, &Actor::Visitor, entered.step())
                .await
                .expect("read")
                .is_none()
        );
        let code = code_of(&house.firm, IMOGEN).await;
        let refused = enrol_app(&house.firm, &Actor::Visitor, &code, entered.step()).await;
        assert_eq!(told(refused), Problem::field(Field::Form, Reason::StepOver));
    });

    on_both_engines!(a_contact_with_an_app_is_asked_for_it_after_a_link, |house| async move {
        give_app(&house.firm, ANWEN).await;
        let tx = house.firm.begin().await.expect("begun");
        let anwen = house.people.anwen.uuid();
        let entered = sign_in::admit(&tx, Side::Contact, anwen, "link", "/files", &Device::default())
            .await
            .expect("admitted");
        tx.commit().await.expect("committed");
        assert_eq!(entered.token(), None);
        let code = code_of(&house.firm, ANWEN).await;
        let entered = give(&house, entered.step(), &code).await.expect("let in");
        assert_eq!((entered.side, entered.next.as_str()), (Side::Contact, "/files"));
    });

    on_both_engines!(
        a_key_that_somebody_else_was_shown_is_never_the_owners,
        |house| async move {
            let new = staff::NewStaff {
                name: "Oona Reed".to_owned(),
                title: String::new(),
                address: "oona@harcourtpell.example".to_owned(),
                role: Role::Member,
                password: PASSWORD.to_owned(),
            };
            staff::add(&house.firm, &Actor::Operator, &new).await.expect("hired");
            let (firm, visitor) = (&house.firm, &Actor::Visitor);
            let (stranger, owner) = (
                past_password(&house, &new.address).await,
                past_password(&house, &new.address).await,
            );
            let key = |step: Entered| async move {
                let page = enrol_page(firm, visitor, step.step()).await.expect("read");
                page.and_then(|page| page.app).expect("a key").key
            };
            let (seen, owners) = (key(stranger.clone()).await, key(owner.clone()).await);
            assert_ne!(seen, owners);
            let code_by = |key: &str| {
                let secret = vault::TotpSecret::parse(&key.replace(' ', "")).expect("a secret");
                secret.code(vault::totp::step_at(firm.now().0))
            };
            assert!(
                enrol_app(firm, visitor, &code_by(&seen), owner.step()).await.is_err(),
                "the stranger's key is not taken in the owner's browser"
            );
            enrol_app(firm, visitor, &code_by(&owners), owner.step())
                .await
                .expect("set up");
        }
    );

    on_both_engines!(a_half_done_sign_in_ends_with_the_access, |house| async move {
        give_app(&house.firm, IMOGEN).await;
        for way in ["devices", "removed"] {
            let step = past_password(&house, "tomasz@harcourtpell.example").await;
            let (firm, tomasz) = (&house.firm, house.people.tomasz);
            let ended = match way {
                "devices" => staff::end_devices(firm, &house.imogen(), tomasz).await,
                _ => staff::remove(firm, &house.imogen(), tomasz).await,
            };
            ended.expect("ended");
            let refused = give(&house, step.step(), "123456").await;
            assert_eq!(told(refused), Problem::field(Field::Form, Reason::StepOver), "{way}");
        }
    });
}
