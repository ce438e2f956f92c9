//! The second proof of a walk: a code that comes by another way than the mail that began it.
//!
//! They go to the mobile on file; where there is none, or no text gets out, the firm's policy says what takes its place: staff
//! read the code out on the telephone, or it comes by a mail of its own. Five tries are all that a walk has, however often a
//! code is sent; after them it begins anew with a fresh mail, and after ten wrong tries in a row the firm has to help. After
//! sixteen in a month the codes get longer, so that a firm that helps every day gives nobody more guesses that count.

use super::{Column, Purpose, Row, address_of, is_proven, of_browser, owner};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    contacts,
    error::{Error, Result},
    jobs::Job,
    links, mails,
    sessions::Device,
    settings,
    throttle::{self, Sending},
    tx::Tx,
};
use domain::{
    Field, JobId, LinkId, Moment, Problem, Reason,
    access::Action,
    client::Side,
    limits,
    mail::MailState,
    settings::WithoutMobile,
    text,
    walk::{CodeStep, CodeWay, SentCode, Texts},
};
use entity::firm::{contact, one_time_token};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;
use vault::hmac_sha256;

const CODE: &str = "second proof";
/// Digits of a code, and of one in a month of many wrong ones.
const DIGITS: (usize, usize) = (6, 10);
/// Seconds that a code works that went by text message (NIST SP 800-63B-4), and one that was mailed or read out.
const LIFE: (i64, i64) = (10 * 60, 24 * 60 * 60);
/// Seconds between the first and the second code of a walk, and between all later ones.
const RESEND: (i64, i64) = (30, 300);

/// The step that asks for the code, as it stands in this browser.
///
/// # Errors
/// The walk is over, or goes on in another browser.
pub async fn step(firm: &Firm, actor: &Actor, purpose: Purpose, id: LinkId, browser: Option<&str>) -> Result<CodeStep> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let now = firm.now();
    let row = of_browser(firm.db(), purpose, id, browser, now).await?;
    let whose = contact_of(firm, firm.db(), &row).await?;
    let mobile = contacts::phone_of(firm, &whose)?;
    let failures = throttle::failures(firm.db(), &subject(firm, whose.id)).await?;
    Ok(CodeStep {
        id,
        masked: text::masked_address(&address_of(firm, &row)?),
        texts: texts(firm, firm.db(), &row, mobile.is_some()).await?,
        mobile: mobile.as_deref().map(text::masked_phone).unwrap_or_default(),
        otherwise: otherwise(firm.db()).await?,
        sent: sent(&row, now),
        wait: row.second_way.as_deref().map_or(0, |way| wait(&row, way, now)),
        digits: digits(firm, firm.db(), whose.id).await?,
        spent: row.second_tries >= limits::CODE_TRIES,
        fresh_mail_helps: failures < throttle::SECOND_ROUTE_AFTER,
        proven: is_proven(&row, now),
    })
}

/// Sends a code, or another: by text message, or by mail where the firm's policy has it so and no text can go. Sending it
/// again gives no try back.
///
/// # Errors
/// The walk is over or goes on elsewhere; the codes were tried too often; it is too soon; the way is not open.
pub async fn send(
    firm: &Firm,
    actor: &Actor,
    purpose: Purpose,
    id: LinkId,
    way: CodeWay,
    browser: Option<&str>,
    device: &Device,
) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let now = firm.now();
    let tx = firm.begin().await?;
    let row = of_browser(tx.db(), purpose, id, browser, now).await?;
    if is_proven(&row, now) {
        return Ok(());
    }
    let whose = contact_of(firm, tx.db(), &row).await?;
    may_try(&tx, &row, whose.id).await?;
    let mobile = contacts::phone_of(firm, &whose)?;
    let texts = texts(firm, tx.db(), &row, mobile.is_some()).await?;
    let code = fresh_code(&tx, whose.id).await?;
    let (name, life) = match way {
        CodeWay::Text => (TEXT, LIFE.0),
        CodeWay::Mail => (MAIL, LIFE.1),
        CodeWay::ReadOut => return Err(Error::refused(Field::Form, Reason::NotOffered)),
    };
    let seconds = wait(&row, name, now);
    if seconds > 0 {
        return Err(Problem::TooMany { seconds }.into());
    }
    let until = now.plus_seconds(life);
    let job = match (way, mobile) {
        (CodeWay::Text, Some(number)) if firm.sends_texts() => {
            throttle::may_send(&tx, Sending::Text, &number, &device.network).await?;
            Job::Text {
                contact: Some(whose.id.into()),
                words: words(firm, &code),
                to: number,
                until,
            }
        }
        (CodeWay::Mail, _) if texts != Texts::Go && otherwise(tx.db()).await? == CodeWay::Mail => {
            throttle::may_send(&tx, Sending::Mail, &whose.address, &device.network).await?;
            Job::ProofCode {
                contact: whose.id.into(),
                code: code.clone(),
                until,
            }
        }
        _ => return Err(Error::refused(Field::Form, Reason::NoTexts)),
    };
    let job = tx.follow_up(&job, now).await?;
    one_time_token::Entity::update_many()
        .col_expr(Column::SecondMac, Expr::value(mac(firm, row.id, &code)))
        .col_expr(Column::SecondWay, Expr::value(name))
        .col_expr(Column::SecondJob, Expr::value(job))
        .col_expr(Column::SecondSends, Expr::value(row.second_sends.saturating_add(1)))
        .col_expr(Column::SecondSentAt, Expr::value(now.0))
        .col_expr(Column::SecondUntil, Expr::value(until.0))
        .filter(Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    tx.commit().await
}

/// Gives the code. From then on the walk belongs to this browser.
///
/// # Errors
/// The code is empty, wrong (with the tries that are left), too old or tried too often; the walk is over or elsewhere.
pub async fn give(
    firm: &Firm,
    actor: &Actor,
    purpose: Purpose,
    id: LinkId,
    code: &str,
    browser: Option<&str>,
) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    if code.is_empty() {
        return Err(Error::refused(Field::SentCode, Reason::Empty));
    }
    let now = firm.now();
    let tx = firm.begin().await?;
    let row = of_browser(tx.db(), purpose, id, browser, now).await?;
    if is_proven(&row, now) {
        return Ok(());
    }
    let whose = contact_of(firm, tx.db(), &row).await?;
    may_try(&tx, &row, whose.id).await?;
    if sent(&row, now).is_none() {
        return Err(Error::refused(Field::SentCode, Reason::CodeExpired));
    }
    // The try is counted before it is compared, on the walk and on the account, and stays counted.
    let counted = one_time_token::Entity::update_many()
        .col_expr(Column::SecondTries, Expr::col(Column::SecondTries).add(1))
        .filter(Column::Id.eq(row.id).and(Column::SecondTries.lt(limits::CODE_TRIES)))
        .exec(tx.db())
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::refused(Field::Form, Reason::CodeSpent));
    }
    let tries = subject(firm, whose.id);
    throttle::count(&tx, &tries).await?;
    let read_out = row.second_way.as_deref() == Some(READ_OUT);
    let mac = mac(firm, if read_out { whose.id } else { row.id }, &code);
    let right = one_time_token::Entity::update_many()
        .col_expr(Column::ProvenAt, Expr::value(now.0))
        .col_expr(Column::SecondMac, Expr::value(None::<Vec<u8>>))
        .filter(Column::Id.eq(row.id).and(links::live(&row.purpose, now)))
        .filter(Column::BrowserHash.eq(row.browser_hash.clone()))
        .filter(Column::SecondMac.eq(mac.clone()))
        .exec(tx.db())
        .await?;
    if right.rows_affected == 1 {
        if read_out {
            // It fits every open walk of theirs, and is good for one.
            one_time_token::Entity::update_many()
                .col_expr(Column::SecondMac, Expr::value(None::<Vec<u8>>))
                .filter(Column::Contact.eq(whose.id).and(Column::SecondMac.eq(mac)))
                .exec(tx.db())
                .await?;
        }
        throttle::forgive(&tx, &tries, row.second_tries + 1).await?;
        return tx.commit().await;
    }
    throttle::note_wrong(&tx, &throttle::code_month(firm, whose.id)).await?;
    tx.commit().await?;
    match limits::CODE_TRIES - row.second_tries - 1 {
        left if left > 0 => {
            let left = left.unsigned_abs();
            Err(Error::refused(Field::SentCode, Reason::WrongCode { left }))
        }
        _ => Err(Error::refused(Field::Form, Reason::CodeSpent)),
    }
}

/// Whether a code may be read out to a contact: the firm's policy has it so, and no text gets out to them. Whoever has the
/// mobile on file proves more than whoever rings.
pub(crate) async fn may_read_out(
    firm: &Firm,
    db: &impl ConnectionTrait,
    purpose: Purpose,
    whose: &contact::Model,
) -> Result<bool> {
    if otherwise(db).await? != CodeWay::ReadOut {
        return Ok(false);
    }
    let mobile = contacts::phone_of(firm, whose)?.is_some();
    if !mobile || !firm.sends_texts() {
        return Ok(true);
    }
    let open = one_time_token::Entity::find()
        .filter(links::live(purpose.name(), firm.now()).and(Column::Contact.eq(whose.id)))
        .all(db)
        .await?;
    for row in &open {
        if texts(firm, db, row, mobile).await? == Texts::Failed {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a code for staff to read out to a contact, who can type it once, in whichever walk of theirs is open.
///
/// # Errors
/// No walk of theirs is open; or a code is not to be read out now, by [`may_read_out`].
pub(crate) async fn read_out(tx: &Tx<'_>, purpose: Purpose, whose: &contact::Model) -> Result<(String, Moment)> {
    let firm = tx.firm;
    let now = firm.now();
    if !may_read_out(firm, tx.db(), purpose, whose).await? {
        return Err(Error::refused(Field::Form, Reason::NotReadOut));
    }
    let code = fresh_code(tx, whose.id).await?;
    let until = now.plus_seconds(LIFE.1);
    let open = one_time_token::Entity::update_many()
        .col_expr(Column::SecondMac, Expr::value(mac(firm, whose.id, &code)))
        .col_expr(Column::SecondWay, Expr::value(READ_OUT))
        .col_expr(Column::SecondSentAt, Expr::value(now.0))
        .col_expr(Column::SecondUntil, Expr::value(until.0))
        .filter(links::live(purpose.name(), now).and(Column::Contact.eq(whose.id)))
        .filter(super::unsettled(now))
        .exec(tx.db())
        .await?;
    if open.rows_affected == 0 {
        return Err(Error::refused(Field::Form, Reason::InviteFirst));
    }
    Ok((code, until))
}

/// Voids what was texted to a mobile that a contact has no more: the code, what it proved, and the password that was chosen
/// after it. A text to the number of now may follow at once.
pub(crate) async fn forget_code(tx: &Tx<'_>, whose: &contact::Model) -> Result<()> {
    let open = Column::UsedAt.is_null().and(Column::ReplacedAt.is_null());
    one_time_token::Entity::update_many()
        .col_expr(Column::SecondMac, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::SecondWay, Expr::value(None::<String>))
        .col_expr(Column::SecondJob, Expr::value(None::<Uuid>))
        .col_expr(Column::SecondSentAt, Expr::value(None::<i64>))
        .col_expr(Column::SecondUntil, Expr::value(None::<i64>))
        .col_expr(Column::ProvenAt, Expr::value(None::<i64>))
        .col_expr(Column::PasswordAt, Expr::value(None::<i64>))
        .filter(super::theirs(tx.firm, Side::Contact, whose.id, &whose.address).and(open))
        .filter(Column::SecondWay.eq(TEXT))
        .exec(tx.db())
        .await?;
    Ok(())
}

async fn digits(firm: &Firm, db: &impl ConnectionTrait, contact: Uuid) -> Result<usize> {
    let spent = throttle::is_month_spent(db, firm, &throttle::code_month(firm, contact)).await?;
    Ok(if spent { DIGITS.1 } else { DIGITS.0 })
}

async fn fresh_code(tx: &Tx<'_>, contact: Uuid) -> Result<String> {
    Ok(tx.firm.random.digits(digits(tx.firm, tx.db(), contact).await?))
}

/// Whether many wrong codes in a row were typed for a contact, so that staff have to help.
pub(crate) async fn is_guessed(db: &impl ConnectionTrait, firm: &Firm, contact: Uuid) -> Result<bool> {
    Ok(throttle::failures(db, &subject(firm, contact)).await? >= throttle::SECOND_ROUTE_AFTER)
}

/// Begins the count of wrong codes anew: staff know whom they let try again.
pub(crate) async fn trust_again(tx: &Tx<'_>, contact: Uuid) -> Result<()> {
    throttle::clear(tx, &subject(tx.firm, contact)).await
}

/// How the code went that was right, in the words of the log.
pub(crate) fn way_words(row: &Row) -> &'static str {
    match row.second_way.as_deref() {
        Some(TEXT) => "by a code that was texted",
        Some(MAIL) => "by a code that was mailed apart",
        Some(READ_OUT) => "by a code that was read out",
        _ => "",
    }
}

const TEXT: &str = "sms";
const MAIL: &str = "mail";
const READ_OUT: &str = "read_out";

/// Lets a try go on, or another code be sent, as long as there were not too many wrong ones.
async fn may_try(tx: &Tx<'_>, row: &Row, contact: Uuid) -> Result<()> {
    if row.second_tries >= limits::CODE_TRIES {
        return Err(Error::refused(Field::Form, Reason::CodeSpent));
    }
    if is_guessed(tx.db(), tx.firm, contact).await? {
        return Err(Error::refused(Field::Form, Reason::AskFirm));
    }
    Ok(())
}

fn sent(row: &Row, now: Moment) -> Option<SentCode> {
    let way = match row.second_way.as_deref()? {
        TEXT => CodeWay::Text,
        MAIL => CodeWay::Mail,
        _ => CodeWay::ReadOut,
    };
    row.second_mac.as_ref()?;
    let (at, until) = (Moment(row.second_sent_at?), Moment(row.second_until?));
    (until > now).then_some(SentCode { way, at, until })
}

/// Seconds until another code may be sent that way. One that went another way, or was read out, does not hold it up.
fn wait(row: &Row, way: &str, now: Moment) -> u32 {
    let same = way != READ_OUT && row.second_way.as_deref() == Some(way);
    let Some(at) = row.second_sent_at.filter(|_| same) else {
        return 0;
    };
    let pause = if row.second_sends > 1 { RESEND.1 } else { RESEND.0 };
    u32::try_from(pause - now.seconds_since(Moment(at))).unwrap_or(0)
}

/// Whether a text message gets through, as far as is known.
async fn texts(firm: &Firm, db: &impl ConnectionTrait, row: &Row, mobile: bool) -> Result<Texts> {
    if !mobile {
        return Ok(Texts::NoMobile);
    }
    if !firm.sends_texts() {
        return Ok(Texts::NotSetUp);
    }
    let job = match (row.second_way.as_deref(), row.second_job) {
        // A mailed code takes the place of a text that did not get out.
        (Some(MAIL), _) => return Ok(Texts::Failed),
        // So does one that was read out, and the text's fate goes on to count.
        (_, Some(job)) => job,
        _ => return Ok(Texts::Go),
    };
    Ok(match mails::state(db, JobId::from(job)).await? {
        Some((MailState::Bounced | MailState::GivenUp | MailState::Dropped, _)) => Texts::Failed,
        Some((MailState::Waiting, tries)) if tries > 0 => Texts::Failed,
        _ => Texts::Go,
    })
}

async fn otherwise(db: &impl ConnectionTrait) -> Result<CodeWay> {
    Ok(match settings::sign_in::of(db).await?.without_mobile {
        WithoutMobile::ReadOut => CodeWay::ReadOut,
        WithoutMobile::Mail => CodeWay::Mail,
    })
}

/// The contact whose walk it is. Staff have no second proof here: theirs is their second factor.
async fn contact_of(firm: &Firm, db: &impl ConnectionTrait, row: &Row) -> Result<contact::Model> {
    match owner(firm, db, row).await? {
        Some((Side::Contact, id)) => contact::Entity::find_by_id(id)
            .one(db)
            .await?
            .ok_or_else(Error::not_found),
        _ => Err(Error::not_found()),
    }
}

fn subject(firm: &Firm, contact: Uuid) -> Vec<u8> {
    hmac_sha256(&firm.keys.mac, "second proof tries", contact.as_bytes()).to_vec()
}

/// A code is bound to its walk, or, where it was read out, to its contact.
fn mac(firm: &Firm, place: Uuid, code: &str) -> Vec<u8> {
    let bound = [place.as_bytes(), code.as_bytes()].concat();
    hmac_sha256(&firm.keys.mac, CODE, &bound).to_vec()
}

/// The last line lets a phone offer the code to this page and to no other (the convention of origin-bound codes).
fn words(firm: &Firm, code: &str) -> String {
    let card = &firm.card;
    format!(
        "{code} is your code for the portal of {}. It works for 10 minutes. We never ring to ask for it.\n\n@{} #{code}",
        card.name, card.host
    )
}

/// The walk of a link, for a page that shows where it stands after its second proof.
pub(crate) async fn proven_row(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    id: LinkId,
    browser: Option<&str>,
    now: Moment,
) -> Result<Row> {
    let row = of_browser(db, purpose, id, browser, now).await?;
    if is_proven(&row, now) {
        Ok(row)
    } else {
        Err(Error::refused(Field::Form, Reason::CodeFirst))
    }
}
