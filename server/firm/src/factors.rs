//! Second factors: an authenticator app, passkeys, and codes kept on paper for the day they are lost.
//!
//! Staff need one before they see anything; contacts may have one. The factor is asked for by
//! [`crate::sign_in::admit`], the one way from a proof to a session, in a step that is bound to the browser.
//!
//! Invariant: a code of an app is taken once. The step to which it belongs is written by one statement that only lets it
//! grow, so that the same code, sent twice or at the same time, is accepted once.

mod app;
mod own;
mod ready;
mod recovery;

pub use app::AppKey;
pub(crate) use app::{Given, confirm, confirmed, give, key, pending, prepare};
pub(crate) use own::settle_removed;
pub use own::{app_key, begin_app, clear, codes, codes_kept, confirm_app, new_codes, own, remove_app};
pub(crate) use ready::{install, next_code};
pub(crate) use recovery::{fresh_codes, left, sheet, spend, tear_sheet};

use crate::{error::Result, passkeys, settings};
use domain::client::Side;
use sea_orm::ConnectionTrait;
use std::collections::HashSet;
use uuid::Uuid;

/// What a person has that can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// An authenticator app.
    pub(crate) app: bool,
    /// A passkey, made at whichever of the firm's hosts.
    pub(crate) passkey: bool,
}

impl Held {
    /// Whether there is anything.
    pub(crate) fn any(self) -> bool {
        self.app || self.passkey
    }
}

/// What a person has.
pub(crate) async fn held(db: &impl ConnectionTrait, person: Uuid) -> Result<Held> {
    Ok(Held {
        app: confirmed(db, person).await?.is_some(),
        passkey: passkeys::any(db, person).await?,
    })
}

/// Who of some people has anything.
pub(crate) async fn holders(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<HashSet<Uuid>> {
    let (apps, passkeys) = (app::holders(db, people).await?, passkeys::holders(db, people).await?);
    Ok(apps.into_iter().chain(passkeys).collect())
}

/// Whether somebody must have a passkey and has none: staff, in the strict profile.
pub(crate) async fn passkey_due(db: &impl ConnectionTrait, side: Side, person: Uuid) -> Result<bool> {
    Ok(passkey_only(db, side).await? && !passkeys::any(db, person).await?)
}

/// Whether only a passkey is a second factor for this side: for staff, in the strict profile.
pub(crate) async fn passkey_only(db: &impl ConnectionTrait, side: Side) -> Result<bool> {
    Ok(side == Side::Staff && settings::sign_in::of(db).await?.strict)
}

/// Whether nobody of this side gets in without a second factor: staff, and contacts where the firm asks for it.
pub(crate) async fn required(db: &impl ConnectionTrait, side: Side) -> Result<bool> {
    Ok(side == Side::Staff || settings::sign_in::of(db).await?.contacts_need_factor)
}
