//! Guests: browsers that opened an upload-only link, on their way to sending something.
//!
//! ```text
//! page       GET: says what the link is good for      changes nothing
//! open       the secret                               a guest, with a verifier of this browser's own
//! give_pin   where one was set
//! introduce  name and address; a code is mailed
//! prove      the code                                 this guest may send, for a day at most
//! ```

use super::{find, find_with_standing, is_pin, label_of, receive, refuse_unless_open};
use crate::{
    Actor, Firm,
    actor::{GuestActor, Nobodys, allow},
    error::{Error, Result},
    jobs::Job,
    links,
    networks::Tried,
    sessions::Device,
    throttle::{self, Sending as Sent},
    tx::Tx,
};
use domain::{
    Field, GuestId, Moment, Reason, UploadId, UploadLinkId,
    access::Action,
    limits, text,
    upload_link::{DropPage, DropStep, PIN_TRIES, Standing, UploadLinkReason, VISIT_SECONDS},
};
use entity::firm::{guest, upload, upload_link};
use guest::Column;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use vault::{Token, hmac_sha256};

/// What the MAC of a mailed code is for.
const CODE: &str = "guest code";
/// Seconds that a mailed code works.
const CODE_SECONDS: i64 = 60 * 60;

/// A browser that opened a link.
pub struct Opened {
    /// The value of its guest cookie.
    pub browser: String,
    /// Seconds for which the browser keeps it.
    pub max_age: i64,
}

/// What can be said of a link by its id, and how far this browser has come with it. Reading it changes nothing.
///
/// # Errors
/// There is no such link.
pub async fn page(firm: &Firm, actor: &Actor, id: UploadLinkId, browser: Option<&str>) -> Result<DropPage> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let db = firm.db();
    let (link, standing) = find_with_standing(firm, db, id).await?;
    let until = Moment(link.expires_at);
    // What a guest sent stays on their page when it was the last that fitted.
    let goes_on = matches!(standing, Standing::Open | Standing::Full);
    let found = if goes_on {
        of_browser(firm, db, id, browser).await?
    } else {
        None
    };
    let Some(row) = found else {
        return Ok(DropPage {
            id,
            standing,
            until,
            label: String::new(),
            step: DropStep::Door,
        });
    };
    Ok(DropPage {
        id,
        standing,
        until,
        label: label_of(firm, &link)?,
        step: step(firm, &link, row).await?,
    })
}

async fn step(firm: &Firm, link: &upload_link::Model, row: guest::Model) -> Result<DropStep> {
    if link.pin_mac.is_some() && row.pin_at.is_none() {
        return Ok(DropStep::Pin {
            left: PIN_TRIES - link.pin_tries,
        });
    }
    let (Some(name), Some(address)) = (row.name.clone(), row.address.clone()) else {
        return Ok(DropStep::Name);
    };
    if row.proven_at.is_none() {
        return Ok(DropStep::Code {
            name,
            address,
            sent: Moment(row.code_sent_at.unwrap_or(row.created_at)),
            spent: row.code_tries >= limits::CODE_TRIES,
        });
    }
    receive::sending(firm, link, &row, address).await.map(DropStep::Send)
}

/// Opens a link with its secret, in the browser that posts it. `typed` may be the whole link, as pasted.
///
/// # Errors
/// It is not this link's secret, or nothing may come by it any more.
pub async fn open(firm: &Firm, actor: &Actor, id: UploadLinkId, typed: &str, browser: Option<&str>) -> Result<Opened> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let secret = typed.trim().rsplit('#').next().and_then(Token::parse);
    let now = firm.now();
    let tx = firm.begin().await?;
    let (link, standing) = find_with_standing(firm, tx.db(), id).await?;
    if !secret.is_some_and(|secret| secret.matches(&link.secret_hash)) {
        return Err(refused(Field::Code, UploadLinkReason::NotTheLink));
    }
    refuse_unless_open(standing)?;
    if let Some(row) = of_browser(firm, tx.db(), id, browser).await? {
        return Ok(Opened {
            browser: browser.unwrap_or_default().to_owned(),
            max_age: Moment(row.ends_at).seconds_since(now),
        });
    }
    // Nobody guesses a secret. Whoever has it makes a row with each opening, and not as many as they like.
    firm.take(Tried::Opening, &id.to_string())?;
    // One browser may go on with several links: what it was given with the first is good for all, and a row is of one link.
    let verifier = match browser.and_then(Token::parse) {
        Some(known) if is_known(&tx, &known).await? => known,
        _ => Token::generate(&firm.random),
    };
    let ends = Ord::min(link.expires_at, now.plus_seconds(VISIT_SECONDS).0);
    guest::ActiveModel {
        id: Set(firm.random.id()),
        link: Set(link.id),
        browser_hash: Set(verifier.hash().to_vec()),
        created_at: Set(now.0),
        ends_at: Set(ends),
        code_tries: Set(0),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    tx.commit().await?;
    Ok(Opened {
        browser: verifier.text().to_string(),
        max_age: Moment(ends).seconds_since(now),
    })
}

/// Gives the PIN.
///
/// # Errors
/// It is wrong, or was tried too often; this browser has not opened the link.
pub async fn give_pin(
    firm: &Firm,
    actor: &Actor,
    id: UploadLinkId,
    typed: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let pin: String = typed.chars().filter(char::is_ascii_digit).take(12).collect();
    if pin.is_empty() {
        return Err(Error::refused(Field::Pin, Reason::Empty));
    }
    let tx = firm.begin().await?;
    let (link, row) = opened(&tx, id, browser).await?;
    let Some(mac) = &link.pin_mac else { return Ok(()) };
    firm.take_try(Tried::SignIn, device)?;
    if link.pin_tries >= PIN_TRIES {
        return Err(refused(Field::Pin, UploadLinkReason::PinSpent));
    }
    if is_pin(firm, id, &pin, mac) {
        set(&tx, &row, Column::PinAt, Some(firm.now().0)).await?;
        tx.commit().await?;
        firm.give_back(Tried::SignIn, device);
        return Ok(());
    }
    // The write lock is held since the count was read: parallel guesses cost as much as serial ones.
    upload_link::ActiveModel {
        id: Set(link.id),
        pin_tries: Set(link.pin_tries + 1),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let left = PIN_TRIES - link.pin_tries - 1;
    if left == 0 {
        tx.audit_with(actor, "upload_link.guessed", Some(link.client), &label_of(firm, &link)?)
            .await?;
    }
    tx.commit().await?;
    let reason = match left {
        1.. => UploadLinkReason::WrongPin {
            left: left.unsigned_abs(),
        },
        _ => UploadLinkReason::PinSpent,
    };
    Err(refused(Field::Pin, reason))
}

/// Says who one is; a code goes to the address. Another name, address or code takes the place of what was there before.
///
/// # Errors
/// Name or address is refused, or it is too soon for another mail; the steps before were not taken in this browser.
pub async fn introduce(
    firm: &Firm,
    actor: &Actor,
    id: UploadLinkId,
    name: &str,
    address: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let name = text::line(name, Field::Name, limits::NAME_CHARS)?;
    let address = text::address(address)?;
    let now = firm.now();
    let tx = firm.begin().await?;
    let (link, row) = opened(&tx, id, browser).await?;
    must_have_pin(&link, &row)?;
    if row.proven_at.is_some() {
        return Ok(());
    }
    firm.take(Tried::Introduction, &row.id.to_string())?;
    firm.take(Tried::Introductions, &id.to_string())?;
    throttle::may_send(&tx, Sent::Mail, &address, &device.network).await?;
    let code = firm.random.code();
    guest::ActiveModel {
        id: Set(row.id),
        name: Set(Some(name)),
        address: Set(Some(address)),
        code_mac: Set(Some(hmac_sha256(&firm.keys.mac, CODE, &bound(&row, &code)).to_vec())),
        // A fresh code of eight characters has its own tries: they are worth nothing against thirty to the power of eight.
        code_tries: Set(0),
        code_sent_at: Set(Some(now.0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let job = Job::GuestCode {
        guest: row.id.into(),
        code,
        until: now.plus_seconds(CODE_SECONDS),
    };
    tx.follow_up(&job, now).await?;
    tx.commit().await
}

/// Gives the mailed code. From then on this guest may send.
///
/// # Errors
/// The code is empty, wrong, too old or tried too often; the steps before were not taken in this browser.
pub async fn prove(firm: &Firm, actor: &Actor, id: UploadLinkId, typed: &str, browser: Option<&str>) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = links::plain(typed);
    if code.is_empty() {
        return Err(Error::refused(Field::Code, Reason::Empty));
    }
    let now = firm.now();
    let tx = firm.begin().await?;
    let (link, row) = opened(&tx, id, browser).await?;
    must_have_pin(&link, &row)?;
    let Some(sent) = row.code_sent_at else {
        return Err(refused(Field::Form, UploadLinkReason::OpenAgain));
    };
    if row.proven_at.is_some() {
        return Ok(());
    }
    if now.seconds_since(Moment(sent)) > CODE_SECONDS {
        return Err(Error::refused(Field::Code, Reason::CodeExpired));
    }
    if row.code_tries >= limits::CODE_TRIES {
        return Err(refused(Field::Code, UploadLinkReason::CodeSpent));
    }
    if !is_code(firm, &row, &code) {
        guest::ActiveModel {
            id: Set(row.id),
            code_tries: Set(row.code_tries + 1),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
        tx.commit().await?;
        let left = limits::CODE_TRIES - row.code_tries - 1;
        return Err(if left > 0 {
            let left = left.unsigned_abs();
            Error::refused(Field::Code, Reason::WrongCode { left })
        } else {
            refused(Field::Code, UploadLinkReason::CodeSpent)
        });
    }
    set(&tx, &row, Column::ProvenAt, Some(now.0)).await?;
    let by = Actor::Guest(actor_of(&link, &row));
    tx.audit_with(&by, "upload_link.prove", Some(link.client), &label_of(firm, &link)?)
        .await?;
    tx.commit().await
}

/// The guest of this browser, who may send by a link now.
///
/// # Errors
/// The link is not open, or the steps before were not taken in this browser.
pub async fn sender(firm: &Firm, id: UploadLinkId, browser: Option<&str>) -> Result<Actor> {
    let db = firm.db();
    let (link, standing) = find_with_standing(firm, db, id).await?;
    // That nothing more fits is for whatever wants room: a form that is sent again finds what it made.
    if standing != Standing::Full {
        refuse_unless_open(standing)?;
    }
    let row = of_browser(firm, db, id, browser).await?;
    let may = |row: &guest::Model| row.proven_at.is_some() && (link.pin_mac.is_none() || row.pin_at.is_some());
    match row.filter(may) {
        Some(row) => Ok(Actor::Guest(actor_of(&link, &row))),
        None => Err(refused(Field::Form, UploadLinkReason::OpenAgain)),
    }
}

/// The guest whose upload it is, if this browser is theirs; anything else is nobody.
///
/// # Errors
/// It is theirs, and they may send no more.
pub async fn sender_of(firm: &Firm, id: UploadId, browser: &str) -> Result<Option<Actor>> {
    let db = firm.db();
    let Some(coming) = upload::Entity::find_by_id(id.uuid())
        .filter(upload::Column::AuthorSide.eq(GuestActor::KIND))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let Some(row) = guest::Entity::find_by_id(coming.author).one(db).await? else {
        return Ok(None);
    };
    if !Token::parse(browser).is_some_and(|verifier| verifier.matches(&row.browser_hash)) {
        return Ok(None);
    }
    sender(firm, row.link.into(), Some(browser)).await.map(Some)
}

/// A link that is open, and this browser's guest.
async fn opened(tx: &Tx<'_>, id: UploadLinkId, browser: Option<&str>) -> Result<(upload_link::Model, guest::Model)> {
    let (link, standing) = find_with_standing(tx.firm, tx.db(), id).await?;
    refuse_unless_open(standing)?;
    let row = of_browser(tx.firm, tx.db(), id, browser).await?;
    let row = row.ok_or_else(|| refused(Field::Form, UploadLinkReason::OpenAgain))?;
    Ok((link, row))
}

async fn of_browser(
    firm: &Firm,
    db: &impl ConnectionTrait,
    id: UploadLinkId,
    browser: Option<&str>,
) -> Result<Option<guest::Model>> {
    let Some(verifier) = browser.and_then(Token::parse) else {
        return Ok(None);
    };
    let row = guest::Entity::find()
        .filter(Column::BrowserHash.eq(verifier.hash().to_vec()))
        .filter(Column::Link.eq(id.uuid()).and(Column::EndsAt.gt(firm.now().0)))
        .one(db)
        .await?;
    Ok(row)
}

/// Whether a browser goes on with some link already.
async fn is_known(tx: &Tx<'_>, verifier: &Token) -> Result<bool> {
    let row = guest::Entity::find()
        .filter(Column::BrowserHash.eq(verifier.hash().to_vec()))
        .filter(Column::EndsAt.gt(tx.firm.now().0))
        .one(tx.db())
        .await?;
    Ok(row.is_some())
}

/// Whether this is the code that proves a guest's address now.
pub(crate) fn is_code(firm: &Firm, row: &guest::Model, code: &str) -> bool {
    let mac = row.code_mac.as_deref();
    mac.is_some_and(|mac| vault::verify_mac(&firm.keys.mac, CODE, &bound(row, code), mac))
}

fn actor_of(link: &upload_link::Model, row: &guest::Model) -> GuestActor {
    GuestActor {
        id: GuestId::from(row.id),
        link: link.id.into(),
        client: link.client.into(),
    }
}

fn must_have_pin(link: &upload_link::Model, row: &guest::Model) -> Result<()> {
    if link.pin_mac.is_some() && row.pin_at.is_none() {
        Err(refused(Field::Form, UploadLinkReason::OpenAgain))
    } else {
        Ok(())
    }
}

async fn set(tx: &Tx<'_>, row: &guest::Model, column: Column, at: Option<i64>) -> Result<()> {
    guest::Entity::update_many()
        .col_expr(column, Expr::value(at))
        .filter(Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    Ok(())
}

fn refused(field: Field, reason: UploadLinkReason) -> Error {
    Error::refused(field, Reason::UploadLink(reason))
}

/// The code is bound to its guest: it proves nobody else's address.
fn bound(row: &guest::Model, code: &str) -> Vec<u8> {
    [row.id.as_bytes().as_slice(), code.as_bytes()].concat()
}

/// The link of a guest, for the worker's mails.
pub(crate) async fn with_link(firm: &Firm, id: GuestId) -> Result<Option<(upload_link::Model, guest::Model)>> {
    let Some(row) = guest::Entity::find_by_id(id.uuid()).one(firm.db()).await? else {
        return Ok(None);
    };
    Ok(Some((find(firm.db(), row.link.into()).await?, row)))
}
