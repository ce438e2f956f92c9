//! Between a first proof and the session.
//!
//! Whoever proved one thing and needs a second has no session, not even half of one: only a row, for ten minutes and
//! five tries, that the verifier in this browser's cookie alone finds.

use super::{Entered, Pass};
use crate::{
    actor::{side_name, side_of},
    error::{Error, Result},
    factors,
    sessions::Device,
    throttle,
    tx::Tx,
};
use domain::{Field, Moment, Reason, client::Side, limits};
use entity::firm::sign_in_step;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;
use vault::Token;

/// Begins a step for somebody who has proved `proof`. The browser gets a fresh verifier, as at every proof.
pub(super) async fn begin(tx: &Tx<'_>, side: Side, person: Uuid, proof: &str, next: &str) -> Result<Entered> {
    let firm = tx.firm;
    let now = firm.now();
    let held = factors::held(tx.db(), person).await?;
    let id = firm.random.id();
    if !held.any() {
        factors::prepare(tx, person, id).await?;
    }
    let verifier = Token::generate(&firm.random);
    sign_in_step::ActiveModel {
        id: Set(id),
        person: Set(person),
        kind: Set(side_name(side).to_owned()),
        proof: Set(proof.to_owned()),
        next: Set(next.to_owned()),
        browser_hash: Set(verifier.hash().to_vec()),
        tries: Set(0),
        mail_mac: Set(None),
        mail_tries: Set(0),
        mailed_at: Set(None),
        mail_proven_at: Set(None),
        factor: Set(None),
        created_at: Set(now.0),
        expires_at: Set(now.plus_seconds(limits::STEP_SECONDS).0),
        used_at: Set(None),
    }
    .insert(tx.db())
    .await?;
    Ok(Entered {
        pass: Pass::Step {
            browser: verifier.text().to_string(),
            max_age: limits::STEP_SECONDS,
            enrols: !held.any(),
        },
        next: String::new(),
        side,
    })
}

/// The open step of a browser.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    browser: Option<&str>,
    now: Moment,
) -> Result<Option<sign_in_step::Model>> {
    let Some(verifier) = browser.and_then(Token::parse) else {
        return Ok(None);
    };
    let row = sign_in_step::Entity::find()
        .filter(sign_in_step::Column::BrowserHash.eq(verifier.hash().to_vec()))
        .filter(live(now))
        .one(db)
        .await?;
    Ok(row)
}

/// As [`open`], for a verb that cannot go on without one.
pub(super) async fn must_open(tx: &Tx<'_>, browser: Option<&str>) -> Result<sign_in_step::Model> {
    open(tx.db(), browser, tx.firm.now())
        .await?
        .ok_or_else(|| Error::refused(Field::Form, Reason::StepOver))
}

/// Counts a try before it is compared, and stays counted whatever becomes of it: parallel guesses cost as much as
/// serial ones. The caller commits.
pub(super) async fn count(tx: &Tx<'_>, browser: Option<&str>) -> Result<sign_in_step::Model> {
    let step = must_open(tx, browser).await?;
    let counted = sign_in_step::Entity::update_many()
        .col_expr(
            sign_in_step::Column::Tries,
            Expr::col(sign_in_step::Column::Tries).add(1),
        )
        .filter(sign_in_step::Column::Id.eq(step.id))
        .filter(sign_in_step::Column::Tries.lt(limits::CODE_TRIES))
        .exec(tx.db())
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::refused(Field::Form, Reason::StepSpent));
    }
    Ok(sign_in_step::Model {
        tries: step.tries + 1,
        ..step
    })
}

/// What a wrong try is told.
pub(super) fn wrong(step: &sign_in_step::Model, field: Field, reason: impl FnOnce(u32) -> Reason) -> Error {
    match limits::CODE_TRIES - step.tries {
        left if left > 0 => Error::refused(field, reason(left.unsigned_abs())),
        _ => Error::refused(Field::Form, Reason::StepSpent),
    }
}

/// Uses the step up and opens the session. Whoever must have a passkey, and gave something else, makes one first: the
/// step stays open for it.
pub(super) async fn finish(tx: &Tx<'_>, step: &sign_in_step::Model, factor: &str, device: &Device) -> Result<Entered> {
    let side = side_of(&step.kind)?;
    if factors::passkey_due(tx.db(), side, step.person).await? {
        super::passkey::prove(tx, step, factor).await?;
        return Ok(Entered {
            pass: Pass::Enrolment,
            next: String::new(),
            side,
        });
    }
    let used = sign_in_step::Entity::update_many()
        .col_expr(sign_in_step::Column::UsedAt, Expr::value(tx.firm.now().0))
        .filter(sign_in_step::Column::Id.eq(step.id).and(live(tx.firm.now())))
        .exec(tx.db())
        .await?;
    if used.rows_affected == 0 {
        return Err(Error::refused(Field::Form, Reason::StepOver));
    }
    settle_tries(tx, step, factor).await?;
    super::open(tx, side, step.person, &[&step.proof, factor], &step.next, device).await
}

/// Ends every open step of a person: the proof that began it may be void by now.
pub(crate) async fn end_steps(tx: &Tx<'_>, person: Uuid) -> Result<()> {
    sign_in_step::Entity::update_many()
        .col_expr(sign_in_step::Column::UsedAt, Expr::value(tx.firm.now().0))
        .filter(sign_in_step::Column::Person.eq(person).and(live(tx.firm.now())))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Takes this step's own tries back, and forgets all where a mailed code was right on top. Tries of others stay counted:
/// whoever knows the password guesses no further because the owner signs in every day.
async fn settle_tries(tx: &Tx<'_>, step: &sign_in_step::Model, factor: &str) -> Result<()> {
    let subject = throttle::factor_tries(tx.firm, step.person);
    if step.mail_proven_at.is_some() {
        throttle::clear(tx, &subject).await
    } else if factor == "app" {
        throttle::forgive(tx, &subject, step.tries).await
    } else {
        // Only codes of the app were counted there.
        Ok(())
    }
}

fn live(now: Moment) -> Expr {
    sign_in_step::Column::UsedAt
        .is_null()
        .and(sign_in_step::Column::ExpiresAt.gt(now.0))
}
