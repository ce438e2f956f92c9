//! Activation: the steps of an invitation behind its code, up to the first session.

#[cfg(test)]
mod tests;

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    passwords,
    sessions::Device,
    settings,
    sign_in::{self, Entered},
    tx::Tx,
    walks::{self, Begun, Purpose, Row, second},
};
use domain::{
    Field, LinkId, Reason,
    access::Action,
    client::Side,
    walk::{CodeWay, PasswordStep, Texts},
};
use entity::firm::{contact, one_time_token};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

/// Begins with the secret of the invitation's link. Where the firm sends the code on opening, it is on its way with that; what
/// keeps it from going, the next page says.
///
/// # Errors
/// As [`walks::take_secret`].
pub async fn begin(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    secret: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Begun> {
    let begun = walks::take_secret(firm, actor, Purpose::Activate, id, secret, browser).await?;
    if settings::sign_in::read(firm).await?.send_code_on_open {
        let browser = Some(begun.browser.as_str());
        let step = second::step(firm, actor, Purpose::Activate, id, browser).await?;
        if step.texts == Texts::Go && !step.proven && step.sent.is_none() {
            let sent = second::send(firm, actor, Purpose::Activate, id, CodeWay::Text, browser, device).await;
            if let Err(Error::Fault(fault)) = sent {
                return Err(fault.into());
            }
        }
    }
    Ok(begun)
}

/// Whether the page's script posts the secret by itself, so that the code is on its way at once.
///
/// # Errors
/// The database fails.
pub async fn sends_on_open(firm: &Firm, actor: &Actor) -> Result<bool> {
    allow(actor, Action::SignIn, &Nobodys)?;
    Ok(settings::sign_in::read(firm).await?.send_code_on_open)
}

/// What the page asks for where a password is set.
///
/// # Errors
/// The code was not given yet, or the walk is over or elsewhere.
pub async fn password_step(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<PasswordStep> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (row, person) = proven(firm, firm.db(), id, browser).await?;
    let settings = settings::sign_in::read(firm).await?;
    Ok(PasswordStep {
        id,
        address: walks::address_of(firm, &row)?,
        rules: passwords::rules(firm, Side::Contact, person).await?,
        passwordless: settings.passwordless,
    })
}

/// Sets a password, or does without one where the firm has it so; then they are in.
///
/// # Errors
/// The password is refused; the code was not given yet; the walk is over or elsewhere.
pub async fn set_password(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    password: Option<&str>,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let (_, person) = proven(firm, firm.db(), id, browser).await?;
    let settings = settings::sign_in::read(firm).await?;
    let hash = match password {
        Some(password) => Some(passwords::prepare(firm, Side::Contact, person, password).await?),
        None if settings.passwordless => None,
        None => return Err(Error::refused(Field::NewPassword, Reason::Empty)),
    };
    let mut tx = firm.begin().await?;
    let (row, person) = proven(firm, tx.db(), id, browser).await?;
    if let Some(hash) = hash {
        passwords::set(&mut tx, Side::Contact, person, hash, None).await?;
    }
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::PasswordAt, Expr::value(firm.now().0))
        .filter(one_time_token::Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    let entered = finish(&tx, &row, person, device).await?;
    tx.commit().await?;
    Ok(entered)
}

/// The walk whose code was right in this browser, and whose it is.
async fn proven(firm: &Firm, db: &impl ConnectionTrait, id: LinkId, browser: Option<&str>) -> Result<(Row, Uuid)> {
    let row = second::proven_row(db, Purpose::Activate, id, browser, firm.now()).await?;
    match walks::owner(firm, db, &row).await? {
        Some((Side::Contact, person)) => Ok((row, person)),
        _ => Err(Error::not_found()),
    }
}

/// The last step: the link is dead, the access is active, and its owner is in.
async fn finish(tx: &Tx<'_>, row: &Row, person: Uuid, device: &Device) -> Result<Entered> {
    if !walks::use_up(tx, row).await? {
        return Err(Error::refused(Field::Form, Reason::LinkUsed));
    }
    contact::ActiveModel {
        id: Set(person),
        activated_at: Set(Some(tx.firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    let by = Actor::contact(person.into(), "", Vec::new());
    tx.audit_with(&by, "contact.activate", Some(person), second::way_words(row))
        .await?;
    sign_in::admit(tx, Side::Contact, person, "activation", "", device).await
}
