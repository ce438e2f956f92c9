//! A length that is said after the upload began (`creation-defer-length` of tus 1.0.0).

use super::{AppendError, check_length, claim};
use crate::{
    Firm,
    error::{Error, Fault, Result},
    tx::Tx,
};
use domain::UploadId;
use entity::firm::upload;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

/// Says how long an upload is, once.
///
/// # Errors
/// `WrongLength` if it was said before and was another, or is less than what is there already; the length is zero or over
/// the limit.
pub(super) async fn say(firm: &Firm, row: upload::Model, said: u64) -> Result<upload::Model, AppendError> {
    if !row.length_deferred {
        return if row.length.unsigned_abs() == said {
            Ok(row)
        } else {
            Err(AppendError::WrongLength)
        };
    }
    if said < row.received.unsigned_abs() {
        return Err(AppendError::WrongLength);
    }
    let name = row.name.open(firm.at("upload", "name", row.id)).map_err(Error::from)?;
    let length = check_length(&name, said).map_err(Error::from)?;
    let tx = firm.begin().await?;
    claim(
        &tx,
        row.client.into(),
        (&row.author_side, row.author),
        Some(said),
        Some(row.id),
    )
    .await?;
    settle(&tx, row.id.into(), length).await?;
    tx.commit().await?;
    Ok(upload::Model {
        length,
        length_deferred: false,
        ..row
    })
}

/// Writes the length down, if none was said meanwhile.
pub(super) async fn settle(tx: &Tx<'_>, id: UploadId, length: i64) -> Result<()> {
    let settled = upload::Entity::update_many()
        .col_expr(upload::Column::Length, Expr::value(length))
        .col_expr(upload::Column::LengthDeferred, Expr::value(false))
        .filter(
            upload::Column::Id
                .eq(id.uuid())
                .and(upload::Column::LengthDeferred.eq(true)),
        )
        .exec(tx.db())
        .await?;
    if settled.rows_affected == 1 {
        Ok(())
    } else {
        Err(Fault::Inconsistent("the length of an upload was said twice").into())
    }
}
