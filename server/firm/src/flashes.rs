//! What was typed into a refused form, kept until the form is shown again.
//!
//! Signed in, it is a sealed row of the session; before that it travels in a cookie that only this firm can open.

use crate::{Firm, error::Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{SessionId, form::Flash, limits};
use entity::{Sealed, firm::flash};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use vault::ColumnPlace;

/// A browser keeps about 4 KB a cookie, name and attributes included.
const COOKIE_BYTES: usize = 3 * 1024;
const PLACE: ColumnPlace<'static> = ColumnPlace {
    table: "cookie",
    column: "flash",
    row: [0; 16],
};

#[derive(Serialize, Deserialize)]
struct Kept {
    flash: Flash,
    until: i64,
}

/// Keeps what was typed, in place of what the same form held before.
///
/// # Errors
/// The database fails.
pub async fn keep(firm: &Firm, session: SessionId, flash: &Flash) -> Result<()> {
    let sealed = Sealed::seal(flash, firm.at("flash", "body", session.uuid()), &firm.random)?;
    let row = flash::ActiveModel {
        session: Set(session.uuid()),
        form: Set(flash.form.clone()),
        body: Set(sealed),
        expires_at: Set(firm.now().plus_seconds(limits::FLASH_SECONDS).0),
    };
    let tx = firm.begin().await?;
    flash::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([flash::Column::Session, flash::Column::Form])
                .update_columns([flash::Column::Body, flash::Column::ExpiresAt])
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
    tx.commit().await
}

/// What a form held when it was refused. Showing it changes nothing, so a reload shows it again.
///
/// # Errors
/// The database fails.
pub async fn seen(firm: &Firm, session: SessionId, action: &str) -> Result<Option<Flash>> {
    let row = flash::Entity::find_by_id((session.uuid(), action.to_owned()))
        .filter(flash::Column::ExpiresAt.gt(firm.now().0))
        .one(firm.db())
        .await?;
    row.map(|row| Ok(row.body.open(firm.at("flash", "body", row.session))?))
        .transpose()
}

/// Forgets it, because the form was posted again.
///
/// # Errors
/// The database fails.
pub async fn forget(firm: &Firm, session: SessionId, action: &str) -> Result<()> {
    if seen(firm, session, action).await?.is_none() {
        return Ok(());
    }
    let tx = firm.begin().await?;
    flash::Entity::delete_by_id((session.uuid(), action.to_owned()))
        .exec(tx.db())
        .await?;
    tx.commit().await
}

/// As the text of a cookie, for a browser that is not signed in. What does not fit is left out, longest field first;
/// the problem itself always fits.
pub fn seal(firm: &Firm, flash: &Flash) -> String {
    let mut kept = Kept {
        flash: flash.clone(),
        until: firm.now().plus_seconds(limits::FLASH_SECONDS).0,
    };
    loop {
        let plain = serde_json::to_vec(&kept).unwrap_or_default();
        let text = URL_SAFE_NO_PAD.encode(vault::seal_column(&firm.keys.cookie, &PLACE, &plain, &firm.random));
        if text.len() <= COOKIE_BYTES {
            return text;
        }
        let longest = kept
            .flash
            .kept
            .iter()
            .enumerate()
            .max_by_key(|(_, (_, value))| value.len())
            .map(|(at, _)| at);
        match longest {
            Some(at) => drop(kept.flash.kept.remove(at)),
            None => return String::new(),
        }
    }
}

/// Reads a cookie of [`seal`]; anything else, or one that is too old, is `None`.
pub fn unseal(firm: &Firm, cookie: &str) -> Option<Flash> {
    if cookie.len() > COOKIE_BYTES {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
    let plain = vault::open_column(&firm.keys.cookie, &PLACE, &sealed).ok()?;
    let kept: Kept = serde_json::from_slice(&plain).ok()?;
    (kept.until > firm.now().0).then_some(kept.flash)
}
