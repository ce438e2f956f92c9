//! Authenticator apps.

use crate::{
    Firm,
    error::{Fault, Result},
    settings,
    tx::Tx,
};
use entity::{Sealed, firm::totp};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use uuid::Uuid;
use vault::totp::{TotpSecret, step_at};

/// Steps by which an app's clock may be wrong, either way; in the strict profile by none (ASVS 5.0.0, 6.5.5).
const DRIFT: i64 = 1;

/// What an app needs to know, for the page that sets it up. It is shown to its owner and to nobody else, once.
pub struct AppKey {
    /// The address that the app reads from a picture.
    pub address: String,
    /// The same secret to be typed, in groups of four.
    pub key: String,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// It is the app's, and was not used before.
    Right,
    /// It is the app's, and was used.
    Used,
    /// It is not the app's.
    Wrong,
}

/// The app of a person that is in use.
pub(crate) async fn confirmed(db: &impl ConnectionTrait, person: Uuid) -> Result<Option<totp::Model>> {
    let row = totp::Entity::find()
        .filter(totp::Column::Person.eq(person))
        .filter(totp::Column::ConfirmedAt.is_not_null())
        .one(db)
        .await?;
    Ok(row)
}

/// The newest secret of a person that no app has answered for yet.
pub(crate) async fn pending(db: &impl ConnectionTrait, person: Uuid) -> Result<Option<totp::Model>> {
    let row = totp::Entity::find()
        .filter(totp::Column::Person.eq(person))
        .filter(totp::Column::ConfirmedAt.is_null())
        .order_by_desc(totp::Column::CreatedAt)
        .one(db)
        .await?;
    Ok(row)
}

/// Makes a fresh secret, in place of one that was never confirmed. The app in use stays until then.
pub(crate) async fn prepare(tx: &Tx<'_>, person: Uuid) -> Result<totp::Model> {
    let firm = tx.firm;
    totp::Entity::delete_many()
        .filter(totp::Column::Person.eq(person))
        .filter(totp::Column::ConfirmedAt.is_null())
        .exec(tx.db())
        .await?;
    let id = firm.random.id();
    let secret = TotpSecret::generate(&firm.random);
    let row = totp::ActiveModel {
        id: Set(id),
        person: Set(person),
        secret: Set(Sealed::seal(
            &*secret.base32(),
            firm.at("totp", "secret", id),
            &firm.random,
        )?),
        last_step: Set(0),
        created_at: Set(firm.now().0),
        confirmed_at: Set(None),
    };
    Ok(row.insert(tx.db()).await?)
}

/// What an app needs to know.
pub(crate) fn key(firm: &Firm, row: &totp::Model, account: &str) -> Result<AppKey> {
    let secret = secret(firm, row)?;
    let text = secret.base32();
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    Ok(AppKey {
        address: secret.address(&firm.card.name, account).to_string(),
        key: groups.join(" "),
    })
}

/// Compares a code, and takes it: the statement succeeds for the first of several equal ones.
pub(crate) async fn give(tx: &Tx<'_>, row: &totp::Model, code: &str) -> Result<Given> {
    let now = step_at(tx.firm.now().0);
    let drift = drift(tx.db()).await?;
    let Some(step) = secret(tx.firm, row)?.step_of(code, now, drift) else {
        return Ok(Given::Wrong);
    };
    let taken = totp::Entity::update_many()
        .col_expr(totp::Column::LastStep, Expr::value(step))
        .filter(totp::Column::Id.eq(row.id))
        .filter(totp::Column::LastStep.lt(step))
        .exec(tx.db())
        .await?;
    Ok(if taken.rows_affected == 1 {
        Given::Right
    } else {
        Given::Used
    })
}

/// Steps by which an app's clock may be wrong in this firm.
pub(super) async fn drift(db: &impl ConnectionTrait) -> Result<i64> {
    let strict = settings::sign_in::of(db).await?.strict;
    Ok(if strict { 0 } else { DRIFT })
}

/// Puts a pending app to use, in place of the one before.
pub(crate) async fn confirm(tx: &Tx<'_>, row: &totp::Model) -> Result<()> {
    totp::Entity::delete_many()
        .filter(totp::Column::Person.eq(row.person))
        .filter(totp::Column::Id.ne(row.id))
        .exec(tx.db())
        .await?;
    totp::Entity::update_many()
        .col_expr(totp::Column::ConfirmedAt, Expr::value(tx.firm.now().0))
        .filter(totp::Column::Id.eq(row.id))
        .exec(tx.db())
        .await?;
    Ok(())
}

pub(super) fn secret(firm: &Firm, row: &totp::Model) -> Result<TotpSecret> {
    let text = row.secret.open(firm.at("totp", "secret", row.id))?;
    TotpSecret::parse(&text).ok_or_else(|| Fault::Inconsistent("a secret that is none").into())
}
