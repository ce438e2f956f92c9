//! Authenticator apps.

use crate::{
    Firm,
    error::{Fault, Result},
    settings,
    tx::Tx,
};
use domain::limits;
use entity::{Sealed, firm::totp};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;
use vault::{
    hmac_sha256,
    totp::{TotpSecret, step_at},
};

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

/// Who of some people has one in use.
pub(super) async fn holders(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<Vec<Uuid>> {
    let found = totp::Entity::find()
        .select_only()
        .column(totp::Column::Person)
        .filter(totp::Column::Person.is_in(people.iter().copied()))
        .filter(totp::Column::ConfirmedAt.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(found)
}

/// The secret that was made for a sign-in step or a session, `of`, and that no app has answered for yet. Nobody else is
/// shown it: a key that a stranger could have read before is never the one that its owner puts to use.
pub(crate) async fn pending(
    db: &impl ConnectionTrait,
    firm: &Firm,
    person: Uuid,
    of: Uuid,
) -> Result<Option<totp::Model>> {
    let row = totp::Entity::find_by_id(place(db, firm, person, of).await?)
        .filter(totp::Column::Person.eq(person))
        .filter(totp::Column::ConfirmedAt.is_null())
        .one(db)
        .await?;
    Ok(row)
}

/// Makes a fresh secret for a sign-in step or a session, in place of its own earlier one. The app in use stays until it is
/// confirmed.
pub(crate) async fn prepare(tx: &Tx<'_>, person: Uuid, of: Uuid) -> Result<totp::Model> {
    let firm = tx.firm;
    let id = place(tx.db(), firm, person, of).await?;
    let old = firm.now().plus_seconds(-limits::STEP_SECONDS).0;
    totp::Entity::delete_many()
        .filter(totp::Column::Person.eq(person))
        .filter(totp::Column::ConfirmedAt.is_null())
        .filter(totp::Column::Id.eq(id).or(totp::Column::CreatedAt.lt(old)))
        .exec(tx.db())
        .await?;
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

/// The id of the row that a step's or session's new secret has, beside the app that is in use at that time.
async fn place(db: &impl ConnectionTrait, firm: &Firm, person: Uuid, of: Uuid) -> Result<Uuid> {
    let used = confirmed(db, person).await?.map_or(Uuid::nil(), |row| row.id);
    let bytes = [of.as_bytes().as_slice(), used.as_bytes()].concat();
    let mac = hmac_sha256(&firm.keys.mac, "pending app", &bytes);
    let half = mac.first_chunk::<16>().ok_or(Fault::Inconsistent("a short digest"))?;
    Ok(Uuid::from_bytes(*half))
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
