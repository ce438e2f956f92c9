//! Getting in: one-time links with their codes, passwords, the second factor after either, and passkeys.
//!
//! A link is for the browser that asked. The request sets that browser's verifier, writes one row and one job, and
//! never looks the address up; the worker does. The mailed link names the row by a powerless id and carries a secret
//! that alone opens nothing: the row is redeemed by one conditional statement that also compares the verifier. Any
//! other browser is told to type the mail's code in the window that asked.

mod code;
mod enrol;
mod factor;
mod link;
mod mailed;
mod passkey;
mod password;
mod step;

pub use code::{redeem_code, type_code};
pub use enrol::{Enrolment, codes_kept, codes_page, enrol_app, enrol_page};
pub(crate) use factor::digits;
pub use factor::{factor_page, give_code, give_recovery_code};
pub(crate) use link::until;
pub use link::{LinkSent, ask_again, ask_link, ask_own_link, asked, link_page, redeem_link};
pub use mailed::{give_mailed_code, mail_step_code};
pub use passkey::{ask_first_passkey, ask_passkey, ask_step_passkey, enrol_passkey, give_passkey, with_passkey};
pub(crate) use password::count_try as count_password_try;
pub use password::with_password;
pub(crate) use step::end_steps;

use crate::{
    Firm,
    error::{Error, Result},
    factors, links, people,
    sessions::{self, Device},
    throttle,
    tx::Tx,
};
use domain::{ContactId, Field, Moment, Reason, client::Side, text};
use entity::firm::{address, contact, one_time_token, staff};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// What one-time tokens of this kind are for.
const PURPOSE: &str = "sign_in";

/// Somebody proved who they are: they are in, or one step from it.
#[derive(Clone)]
pub struct Entered {
    /// What the browser gets.
    pub pass: Pass,
    /// The page that was asked for at first: a path on this host, or empty. A step keeps it to itself.
    pub next: String,
    /// On which side they stand.
    pub side: Side,
}

/// What a browser gets for a proof.
#[derive(Clone)]
pub enum Pass {
    /// A session.
    Session {
        /// The session cookie's value.
        token: String,
        /// Seconds for which the browser keeps the cookie.
        max_age: i64,
        /// The value of the cookie by which the browser is known again.
        remembered: String,
    },
    /// A second factor is asked for first.
    Step {
        /// The link cookie's value, which finds the step.
        browser: String,
        /// Seconds for which the step is open.
        max_age: i64,
        /// Whether there is none yet, so that one is set up first.
        enrols: bool,
    },
    /// The step goes on in the same browser: the second factor was right, and a passkey is made first.
    Enrolment,
}

impl Entered {
    /// The session's token, if they are in.
    pub fn token(&self) -> Option<&str> {
        match &self.pass {
            Pass::Session { token, .. } => Some(token),
            Pass::Step { .. } | Pass::Enrolment => None,
        }
    }

    /// The browser's verifier, if a second factor is asked for.
    pub fn step(&self) -> Option<&str> {
        match &self.pass {
            Pass::Step { browser, .. } => Some(browser),
            Pass::Session { .. } | Pass::Enrolment => None,
        }
    }
}

/// Whose an address is.
pub(crate) enum Addressee {
    Contact {
        name: String,
    },
    Staff {
        name: String,
    },
    /// A contact who has not come in yet.
    Waiting {
        contact: ContactId,
    },
}

/// Whose an address is, for the worker that mails.
pub(crate) async fn addressee(firm: &Firm, mail: &str) -> Result<Option<Addressee>> {
    let Some(row) = address::Entity::find_by_id(mail).one(firm.db()).await? else {
        return Ok(None);
    };
    if row.kind == "staff" {
        let row = staff::Entity::find_by_id(row.person)
            .filter(staff::Column::RemovedAt.is_null())
            .one(firm.db())
            .await?;
        return Ok(row.map(|row| Addressee::Staff { name: row.name }));
    }
    let row = contact::Entity::find_by_id(row.person)
        .filter(contact::Column::RemovedAt.is_null())
        .filter(contact::Column::SuspendedAt.is_null())
        .one(firm.db())
        .await?;
    Ok(row.map(|row| match row.activated_at {
        Some(_) => Addressee::Contact { name: row.name },
        None => Addressee::Waiting { contact: row.id.into() },
    }))
}

/// The rows of sign-in links that can still be used at `now`.
fn live(now: Moment) -> Expr {
    links::live(PURPOSE, now)
}

/// Uses a row up, if it is still live and this browser's: the one atomic statement.
async fn use_up(tx: &Tx<'_>, id: Uuid, browser_hash: &[u8], proof: Expr) -> Result<bool> {
    let now = tx.firm.now();
    let used = one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::UsedAt, Expr::value(now.0))
        .filter(one_time_token::Column::Id.eq(id).and(live(now)))
        .filter(one_time_token::Column::BrowserHash.eq(browser_hash.to_vec()))
        .filter(proof)
        .exec(tx.db())
        .await?;
    Ok(used.rows_affected == 1)
}

/// Lets unused links end by a life that is shorter than the one with which they were mailed.
pub(crate) async fn shorten_links(tx: &Tx<'_>, seconds: i64) -> Result<()> {
    let by = Expr::col(one_time_token::Column::CreatedAt).add(seconds * 1000);
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::ExpiresAt, by.clone())
        .filter(live(tx.firm.now()))
        .filter(Expr::col(one_time_token::Column::ExpiresAt).gt(by))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Opens the session of a row that was used up a moment ago, and retires the browser's other links.
async fn enter(tx: &Tx<'_>, row: &one_time_token::Model, factor: &str, device: &Device) -> Result<Option<Entered>> {
    let firm = tx.firm;
    let mail = row.address.open(firm.at("one_time_token", "address", row.id))?;
    let owner = address::Entity::find_by_id(mail)
        .one(tx.db())
        .await?
        .filter(|row| row.kind == "contact");
    let Some(owner) = owner else { return Ok(None) };
    let active = contact::Entity::find_by_id(owner.person)
        .filter(contact::Column::ActivatedAt.is_not_null())
        .filter(contact::Column::SuspendedAt.is_null())
        .one(tx.db())
        .await?;
    if active.is_none() {
        return Ok(None);
    }
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::ReplacedAt, Expr::value(firm.now().0))
        .filter(live(firm.now()).and(one_time_token::Column::BrowserHash.eq(row.browser_hash.clone())))
        .exec(tx.db())
        .await?;
    let entered = admit(tx, Side::Contact, owner.person, factor, &row.next, device).await?;
    Ok(Some(entered))
}

/// Lets somebody in who has just proved who they are: the one way from a proof to a session. Staff, and whoever has a
/// second factor, are asked for it first.
pub(crate) async fn admit(
    tx: &Tx<'_>,
    side: Side,
    person: Uuid,
    factor: &str,
    next: &str,
    device: &Device,
) -> Result<Entered> {
    let next = text::local_path(next).unwrap_or_default();
    if factors::required(tx.db(), side).await? || factors::held(tx.db(), person).await?.any() {
        return step::begin(tx, side, person, factor, next).await;
    }
    open(tx, side, person, &[factor], next, device).await
}

/// Opens the session of somebody who has proved all that is asked for, the first thing first.
async fn open(tx: &Tx<'_>, side: Side, person: Uuid, factors: &[&str], next: &str, device: &Device) -> Result<Entered> {
    // Suspended or removed since the first proof.
    if !people::may_enter(tx.db(), side, person).await? {
        return Err(Error::refused(Field::Form, Reason::StepOver));
    }
    let opened = sessions::open(tx, side, person, factors, device).await?;
    wake_password(tx, side, person, factors).await?;
    Ok(Entered {
        pass: Pass::Session {
            token: opened.token,
            max_age: opened.max_age,
            remembered: opened.remembered,
        },
        next: next.to_owned(),
        side,
    })
}

/// Lets a password that rests be tried again: its owner came in another way.
async fn wake_password(tx: &Tx<'_>, side: Side, person: Uuid, factors: &[&str]) -> Result<()> {
    if factors.first() == Some(&"password") {
        return Ok(());
    }
    if let Some(owner) = people::find(tx.db(), side, person).await? {
        throttle::clear(tx, &throttle::password_tries(tx.firm, &owner.address)).await?;
    }
    Ok(())
}
