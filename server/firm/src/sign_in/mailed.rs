//! The mailed code that a second proof asks for on top, after many wrong ones in a row.

use super::step;
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_of},
    error::{Error, Result},
    jobs::Job,
    links, throttle,
};
use domain::{Field, Moment, Problem, Reason, access::Action, limits};
use entity::firm::sign_in_step;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use vault::hmac_sha256;

/// Seconds after which a code is mailed again.
const RESEND: i64 = 30;

/// Mails the code that is asked for on top, after many wrong ones. Sending it again does not give its tries back.
///
/// # Errors
/// The step is over, no such code is asked for, or it is too soon for another.
pub async fn mail_step_code(firm: &Firm, actor: &Actor, browser: Option<&str>) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let now = firm.now();
    let tx = firm.begin().await?;
    let step = step::must_open(&tx, browser).await?;
    let asked = throttle::asks_second_route(tx.db(), firm, step.person).await?;
    if !asked || step.mail_proven_at.is_some() || step.mail_tries >= limits::CODE_TRIES {
        return Err(Error::refused(Field::Form, Reason::StepSpent));
    }
    if let Some(before) = step.mailed_at {
        let idle = now.seconds_since(Moment(before));
        if idle < RESEND {
            let seconds = u32::try_from(RESEND - idle).unwrap_or(1);
            return Err(Problem::TooMany { seconds }.into());
        }
    }
    let code = firm.random.code();
    sign_in_step::Entity::update_many()
        .col_expr(sign_in_step::Column::MailMac, Expr::value(step_mac(firm, &step, &code)))
        .col_expr(sign_in_step::Column::MailedAt, Expr::value(now.0))
        .filter(sign_in_step::Column::Id.eq(step.id))
        .exec(tx.db())
        .await?;
    let job = Job::StepCode {
        side: side_of(&step.kind)?,
        person: step.person,
        code,
        until: Moment(step.expires_at),
    };
    tx.follow_up(&job, now).await?;
    tx.commit().await
}

/// Gives the mailed code that is asked for on top; the app's code follows.
///
/// # Errors
/// The code is empty or wrong, was tried too often or was right already; the step is over.
pub async fn give_mailed_code(firm: &Firm, actor: &Actor, code: &str, browser: Option<&str>) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = links::plain(code);
    if code.is_empty() {
        return Err(Error::refused(Field::Code, Reason::Empty));
    }
    let tx = firm.begin().await?;
    let step = step::must_open(&tx, browser).await?;
    let counted = sign_in_step::Entity::update_many()
        .col_expr(
            sign_in_step::Column::MailTries,
            Expr::col(sign_in_step::Column::MailTries).add(1),
        )
        .filter(sign_in_step::Column::Id.eq(step.id))
        .filter(sign_in_step::Column::MailTries.lt(limits::CODE_TRIES))
        // It is worth one success: a second press finds nothing that is asked for.
        .filter(sign_in_step::Column::MailProvenAt.is_null())
        .exec(tx.db())
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::refused(Field::Form, Reason::StepSpent));
    }
    let right = sign_in_step::Entity::update_many()
        .col_expr(sign_in_step::Column::MailProvenAt, Expr::value(firm.now().0))
        .filter(sign_in_step::Column::Id.eq(step.id))
        .filter(sign_in_step::Column::MailMac.eq(step_mac(firm, &step, &code)))
        .exec(tx.db())
        .await?;
    tx.commit().await?;
    match limits::CODE_TRIES - step.mail_tries - 1 {
        _ if right.rows_affected == 1 => Ok(()),
        left if left > 0 => {
            let left = left.unsigned_abs();
            Err(Error::refused(Field::Code, Reason::WrongCode { left }))
        }
        _ => Err(Error::refused(Field::Form, Reason::StepSpent)),
    }
}

fn step_mac(firm: &Firm, step: &sign_in_step::Model, code: &str) -> Vec<u8> {
    let bound = [step.id.as_bytes(), code.as_bytes()].concat();
    hmac_sha256(&firm.keys.mac, "step code", &bound).to_vec()
}
