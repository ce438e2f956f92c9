//! Walks: mailed links that nobody's browser asked for, and the steps between one and what it leads to. An invitation, a
//! reset, an invitation to the team, a new address.
//!
//! A walk is one row of `one_time_token`. Its link arrives without a verifier and is worth nothing alone. A right secret, or
//! the right code of the same mail, gives the row to the browser that posted it, and the later steps find the row by that
//! browser's verifier. Each right post does so afresh, so that a mail scanner which ran the page's script keeps nobody out;
//! the second proof settles which browser goes on. The last step uses the row up with one conditional statement.
//!
//! ```text
//! issue        staff, or the worker, has a link mailed       the row belongs to no browser
//! page         GET: says what the link is good for           changes nothing
//! take_secret  the page's button, or take_code: the code     the row belongs to this browser
//! second       where it is asked for, a code by another way  no other browser can take it any more
//! use_up       the last step                                 the row is spent
//! ```

pub mod second;
#[cfg(test)]
mod tests;

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    links,
    networks::Tried,
    people,
    sessions::Device,
    tx::Tx,
};
use domain::{
    Field, LinkId, Moment, Reason, access::Action, client::Side, limits, sign_in::LinkState, text, walk::BegunWalk,
};
use entity::{
    Sealed,
    firm::{address, one_time_token},
};
use one_time_token::Column;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;
use vault::{Token, hmac_sha256};

pub use domain::walk::WalkPage;

/// The row of a walk.
pub(crate) type Row = one_time_token::Model;

/// Seconds for which a browser keeps the verifier of its walk: a day, and no longer than the walk.
const BROWSER_SECONDS: i64 = 24 * 60 * 60;
const CODE: &str = "walk code";

/// What a walk leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A contact's access.
    Activate,
    /// A password.
    Reset,
    /// A place in the team.
    Join,
    /// Another e-mail address.
    Address,
}

impl Purpose {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reset => "reset",
            Self::Join => "join",
            Self::Address => "address",
        }
    }
}

/// For whom a link is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Somebody whom we know. The new link takes the place of their earlier ones.
    Person(Side, Uuid),
    /// Somebody whom we know, who asked for it at the door. A stranger can do that too, so earlier links go on working.
    Beside(Side, Uuid),
    /// Whoever has the address, if anybody: it was typed at the door, where it is not looked up.
    Unknown,
}

/// A fresh link, to be mailed. The secret and the code are kept nowhere else.
pub(crate) struct Issued {
    pub(crate) id: LinkId,
    pub(crate) secret: String,
    pub(crate) code: String,
    pub(crate) until: Moment,
}

/// A walk has begun in a browser.
pub struct Begun {
    /// The value of the browser's link cookie.
    pub browser: String,
    /// Seconds for which the browser keeps it.
    pub max_age: i64,
}

/// Makes a link to `address` that works for `seconds`.
pub(crate) async fn issue(tx: &Tx<'_>, purpose: Purpose, whom: Whom, address: &str, seconds: i64) -> Result<Issued> {
    let firm = tx.firm;
    let now = firm.now();
    if let Whom::Person(side, person) = whom {
        replace(tx, purpose, of_person(side, person)).await?;
    }
    let (contact, staff) = match whom {
        Whom::Person(Side::Contact, id) | Whom::Beside(Side::Contact, id) => (Some(id), None),
        Whom::Person(Side::Staff, id) | Whom::Beside(Side::Staff, id) => (None, Some(id)),
        Whom::Unknown => (None, None),
    };
    let id = LinkId::from(firm.random.id());
    let (secret, code) = (Token::generate(&firm.random), firm.random.code());
    let until = now.plus_seconds(seconds);
    one_time_token::ActiveModel {
        id: Set(id.uuid()),
        purpose: Set(purpose.name().to_owned()),
        address_mac: Set(address_mac(firm, address)),
        address: Set(Sealed::seal(
            &address.to_owned(),
            firm.at("one_time_token", "address", id.uuid()),
            &firm.random,
        )?),
        secret_hash: Set(secret.hash().to_vec()),
        code_mac: Set(code_mac(firm, id, &code)),
        // No browser's: no verifier has an empty hash.
        browser_hash: Set(Vec::new()),
        next: Set(String::new()),
        tries: Set(0),
        created_at: Set(now.0),
        expires_at: Set(until.0),
        contact: Set(contact),
        staff: Set(staff),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    Ok(Issued {
        id,
        secret: secret.text().to_string(),
        code,
        until,
    })
}

/// What can be said of a link by its id, and how far this browser has come with it. Reading it changes nothing, however
/// often and by whatever it is read.
///
/// # Errors
/// `NotFound` for an id that is none of this firm's, or one of another purpose.
pub async fn page(firm: &Firm, actor: &Actor, purpose: Purpose, id: LinkId, browser: Option<&str>) -> Result<WalkPage> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let now = firm.now();
    let row = find(firm.db(), purpose, id).await?;
    let state = links::state(&row, now);
    let begun = if state == LinkState::Live && is_browsers(&row, browser) {
        Some(BegunWalk {
            masked: text::masked_address(&address_of(firm, &row)?),
            proven: is_proven(&row, now),
        })
    } else {
        None
    };
    Ok(WalkPage {
        id,
        state,
        moved: state == LinkState::Replaced && was_moved(firm, purpose, &row).await?,
        sent: Moment(row.created_at),
        until: Moment(row.expires_at),
        begun,
        code_spent: row.tries >= limits::CODE_TRIES,
    })
}

/// Whether a link went to an address that its owner has no more. A new address is proven by a link that is none of those.
async fn was_moved(firm: &Firm, purpose: Purpose, row: &Row) -> Result<bool> {
    if purpose == Purpose::Address {
        return Ok(false);
    }
    let Some((side, person)) = owner(firm, firm.db(), row).await? else {
        return Ok(false);
    };
    let now = people::find(firm.db(), side, person).await?;
    let then = address_of(firm, row)?;
    Ok(now.is_some_and(|person| person.address != then))
}

/// Begins a walk with the secret of its link, in the browser that posts it.
///
/// # Errors
/// `NotFound` for an unknown id or a secret that is not this link's; else a reason: expired, used, replaced, or settled in
/// another browser. None of them uses anything up.
pub async fn take_secret(
    firm: &Firm,
    actor: &Actor,
    purpose: Purpose,
    id: LinkId,
    secret: &str,
    browser: Option<&str>,
) -> Result<Begun> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let secret = Token::parse(secret).ok_or_else(Error::not_found)?;
    let tx = firm.begin().await?;
    let row = find(tx.db(), purpose, id).await?;
    if !secret.matches(&row.secret_hash) {
        return Err(Error::not_found());
    }
    let begun = take(&tx, purpose, &row, browser).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Begins a walk with the code of the same mail: on another device, or where no script runs.
///
/// # Errors
/// The code is empty, wrong (with the tries that are left) or tried too often; else as [`take_secret`].
pub async fn take_code(
    firm: &Firm,
    actor: &Actor,
    purpose: Purpose,
    id: LinkId,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Begun> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = links::plain(code);
    if code.is_empty() {
        return Err(Error::refused(Field::Code, Reason::Empty));
    }
    firm.take_try(Tried::SignIn, device)?;
    let tx = firm.begin().await?;
    let row = find(tx.db(), purpose, id).await?;
    if let Some(reason) = links::reason(links::state(&row, firm.now())) {
        return Err(Error::refused(Field::Form, reason));
    }
    // The try is counted before it is compared, and stays counted: parallel guesses cost as much as serial ones.
    let counted = one_time_token::Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(row.id).and(Column::Tries.lt(limits::CODE_TRIES)))
        .exec(tx.db())
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::refused(Field::Code, Reason::CodeSpent));
    }
    if vault::verify_mac(&firm.keys.mac, CODE, &bound(id, &code), &row.code_mac) {
        let begun = take(&tx, purpose, &row, browser).await?;
        tx.commit().await?;
        firm.give_back(Tried::SignIn, device);
        return Ok(begun);
    }
    tx.commit().await?;
    let reason = match limits::CODE_TRIES - row.tries - 1 {
        left if left > 0 => Reason::WrongCode {
            left: left.unsigned_abs(),
        },
        _ => Reason::CodeSpent,
    };
    Err(Error::refused(Field::Code, reason))
}

/// Gives the row to the browser that has just shown secret or code: with a fresh verifier, as at every proof.
async fn take(tx: &Tx<'_>, purpose: Purpose, row: &Row, browser: Option<&str>) -> Result<Begun> {
    let firm = tx.firm;
    let now = firm.now();
    let verifier = Token::generate(&firm.random);
    let mut taken = one_time_token::Entity::update_many()
        .col_expr(Column::BrowserHash, Expr::value(verifier.hash().to_vec()))
        .filter(Column::Id.eq(row.id).and(links::live(purpose.name(), now)));
    if !is_browsers(row, browser) {
        // Another browser: only as long as the second proof has not settled which one goes on.
        taken = taken
            .col_expr(Column::ProvenAt, Expr::value(None::<i64>))
            .filter(unsettled(now));
    }
    if taken.exec(tx.db()).await?.rows_affected == 0 {
        let reason = links::reason(links::state(row, now)).unwrap_or(Reason::GoesOnElsewhere);
        return Err(Error::refused(Field::Form, reason));
    }
    Ok(Begun {
        browser: verifier.text().to_string(),
        max_age: Ord::min(Moment(row.expires_at).seconds_since(now), BROWSER_SECONDS),
    })
}

/// The row of a later step: a live one that belongs to this browser.
pub(crate) async fn of_browser(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    id: LinkId,
    browser: Option<&str>,
    now: Moment,
) -> Result<Row> {
    let row = find(db, purpose, id).await?;
    if let Some(reason) = links::reason(links::state(&row, now)) {
        return Err(Error::refused(Field::Form, reason));
    }
    if is_browsers(&row, browser) {
        Ok(row)
    } else {
        Err(Error::refused(Field::Form, Reason::OpenLinkAgain))
    }
}

/// Whether the second proof of a walk was right, not too long ago.
pub(crate) fn is_proven(row: &Row, now: Moment) -> bool {
    row.proven_at
        .is_some_and(|at| now.seconds_since(Moment(at)) < limits::WALK_SECONDS)
}

/// Uses a walk up: one conditional statement, of which one wins. All other live links of that purpose to the same address
/// and for the same person are done with, too.
pub(crate) async fn use_up(tx: &Tx<'_>, row: &Row) -> Result<bool> {
    let now = tx.firm.now();
    let used = one_time_token::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::Id.eq(row.id).and(links::live(&row.purpose, now)))
        .filter(Column::BrowserHash.eq(row.browser_hash.clone()))
        .exec(tx.db())
        .await?;
    if used.rows_affected != 1 {
        return Ok(false);
    }
    let mut others = Column::AddressMac.eq(row.address_mac.clone());
    if let Some(contact) = row.contact {
        others = others.or(Column::Contact.eq(contact));
    }
    if let Some(staff) = row.staff {
        others = others.or(Column::Staff.eq(staff));
    }
    retire(tx, links::live(&row.purpose, now).and(others)).await?;
    Ok(true)
}

/// Ends every live link of somebody, whatever it leads to: their pages say that it was replaced. `address` is the one that
/// they have now.
pub(crate) async fn end_all(tx: &Tx<'_>, side: Side, person: Uuid, address: &str) -> Result<()> {
    let open = Column::UsedAt.is_null().and(Column::ReplacedAt.is_null());
    retire(tx, theirs(tx.firm, side, person, address).and(open)).await
}

/// Ends the live reset links of somebody: their password has just been decided otherwise, or taken away.
pub(crate) async fn end_resets(tx: &Tx<'_>, side: Side, person: Uuid, address: &str) -> Result<()> {
    let live = links::live(Purpose::Reset.name(), tx.firm.now());
    retire(tx, live.and(theirs(tx.firm, side, person, address))).await
}

/// Whose walk it is: as it was made, or whoever has the address by now. Whoever was removed is nobody.
pub(crate) async fn owner(firm: &Firm, db: &impl ConnectionTrait, row: &Row) -> Result<Option<(Side, Uuid)>> {
    let known = match (row.contact, row.staff) {
        (Some(contact), _) => Some((Side::Contact, contact)),
        (None, Some(staff)) => Some((Side::Staff, staff)),
        (None, None) => {
            let found = address::Entity::find_by_id(address_of(firm, row)?).one(db).await?;
            match found {
                Some(found) => Some((crate::actor::side_of(&found.kind)?, found.person)),
                None => None,
            }
        }
    };
    let Some((side, person)) = known else { return Ok(None) };
    let there = people::find(db, side, person).await?.is_some();
    Ok(there.then_some((side, person)))
}

/// The address to which a walk was mailed.
pub(crate) fn address_of(firm: &Firm, row: &Row) -> Result<String> {
    Ok(row.address.open(firm.at("one_time_token", "address", row.id))?)
}

/// The row of a walk, in whatever state.
pub(crate) async fn find(db: &impl ConnectionTrait, purpose: Purpose, id: LinkId) -> Result<Row> {
    one_time_token::Entity::find_by_id(id.uuid())
        .filter(Column::Purpose.eq(purpose.name()))
        .one(db)
        .await?
        .ok_or_else(Error::not_found)
}

fn is_browsers(row: &Row, browser: Option<&str>) -> bool {
    browser
        .and_then(Token::parse)
        .is_some_and(|verifier| verifier.matches(&row.browser_hash))
}

fn unsettled(now: Moment) -> Expr {
    Column::ProvenAt
        .is_null()
        .or(Column::ProvenAt.lte(now.plus_seconds(-limits::WALK_SECONDS).0))
}

fn of_person(side: Side, person: Uuid) -> Expr {
    match side {
        Side::Contact => Column::Contact.eq(person),
        Side::Staff => Column::Staff.eq(person),
    }
}

/// The links that were made for somebody, or asked for at the door with the address that they have.
fn theirs(firm: &Firm, side: Side, person: Uuid, address: &str) -> Expr {
    of_person(side, person).or(Column::AddressMac.eq(address_mac(firm, address)))
}

/// Takes the live links of a purpose away for a newer one.
async fn replace(tx: &Tx<'_>, purpose: Purpose, whose: Expr) -> Result<()> {
    retire(tx, links::live(purpose.name(), tx.firm.now()).and(whose)).await
}

async fn retire(tx: &Tx<'_>, which: Expr) -> Result<()> {
    one_time_token::Entity::update_many()
        .col_expr(Column::ReplacedAt, Expr::value(tx.firm.now().0))
        .filter(which)
        .exec(tx.db())
        .await?;
    Ok(())
}

pub(crate) fn address_mac(firm: &Firm, address: &str) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "address", address.as_bytes()).to_vec()
}

/// The code is bound to its link: it begins no other walk.
fn code_mac(firm: &Firm, id: LinkId, code: &str) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, CODE, &bound(id, code)).to_vec()
}

fn bound(id: LinkId, code: &str) -> Vec<u8> {
    [&id.bytes(), code.as_bytes()].concat()
}
