//! Codes kept on paper: ten, each good once, for the day the app or the passkey is lost.

use crate::{Firm, error::Result, tx::Tx};
use domain::limits;
use entity::{
    Sealed,
    firm::{code_sheet, recovery_code},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;
use vault::hmac_sha256;

const DOMAIN: &str = "recovery code";

/// Makes ten fresh codes in place of all earlier ones, and keeps them readable, sealed, under `sheet` for ten minutes.
pub(crate) async fn fresh_codes(tx: &Tx<'_>, person: Uuid, sheet: Uuid) -> Result<()> {
    let firm = tx.firm;
    let now = firm.now();
    void(tx, person).await?;
    let codes: Vec<String> = (0..limits::RECOVERY_CODES).map(|_| firm.random.saved_code()).collect();
    for code in &codes {
        recovery_code::ActiveModel {
            id: Set(firm.random.id()),
            person: Set(person),
            code_mac: Set(mac(firm, person, code).to_vec()),
            created_at: Set(now.0),
            used_at: Set(None),
        }
        .insert(tx.db())
        .await?;
    }
    tear_sheet(tx, sheet).await?;
    code_sheet::ActiveModel {
        id: Set(sheet),
        codes: Set(Sealed::seal(
            &codes,
            firm.at("code_sheet", "codes", sheet),
            &firm.random,
        )?),
        expires_at: Set(now.plus_seconds(limits::CODE_SHEET_SECONDS).0),
    }
    .insert(tx.db())
    .await?;
    Ok(())
}

/// The codes that wait under `id` to be kept, in groups of four.
pub(crate) async fn sheet(firm: &Firm, id: Uuid) -> Result<Option<Vec<String>>> {
    let row = code_sheet::Entity::find_by_id(id)
        .filter(code_sheet::Column::ExpiresAt.gt(firm.now().0))
        .one(firm.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let codes = row.codes.open(firm.at("code_sheet", "codes", row.id))?;
    Ok(Some(codes.iter().map(|code| grouped(code)).collect()))
}

/// Forgets the readable codes.
pub(crate) async fn tear_sheet(tx: &Tx<'_>, id: Uuid) -> Result<()> {
    code_sheet::Entity::delete_by_id(id).exec(tx.db()).await?;
    Ok(())
}

/// Uses a code up, if it is one of the person's and unused: one atomic statement.
pub(crate) async fn spend(tx: &Tx<'_>, person: Uuid, typed: &str) -> Result<bool> {
    let spent = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(tx.firm.now().0))
        .filter(recovery_code::Column::Person.eq(person))
        .filter(recovery_code::Column::CodeMac.eq(mac(tx.firm, person, typed).to_vec()))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(tx.db())
        .await?;
    Ok(spent.rows_affected == 1)
}

/// Makes all codes of a person void.
pub(crate) async fn void(tx: &Tx<'_>, person: Uuid) -> Result<()> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::Person.eq(person))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// How many unused codes a person has.
pub(crate) async fn left(db: &impl ConnectionTrait, person: Uuid) -> Result<u64> {
    let count = recovery_code::Entity::find()
        .filter(recovery_code::Column::Person.eq(person))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(db)
        .await?;
    Ok(count)
}

fn mac(firm: &Firm, person: Uuid, code: &str) -> [u8; 32] {
    let bound = [person.as_bytes(), code.as_bytes()].concat();
    hmac_sha256(&firm.keys.mac, DOMAIN, &bound)
}

fn grouped(code: &str) -> String {
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join(" ")
}
