//! The commit point of sealed bytes: only when their rows are written does the offset move.

use super::intake::Arrival;
use crate::{
    Firm,
    error::{Error, Fault, Result},
    tx::Tx,
};
use entity::{
    Sealed,
    firm::{file_part, segment, upload},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;
use vault::{SealedPart, message::PART};

/// What a message is in its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A part.
    Part {
        /// Its number, from 0.
        number: u32,
    },
    /// Bytes of a part that is not full yet.
    Segment {
        /// Its running number.
        number: i32,
        /// Its first byte's place in the file.
        start: u64,
    },
}

/// A message that is durable.
pub(super) struct Landed {
    pub(super) place: Place,
    pub(super) sealed: SealedPart,
    /// Bytes of the file up to its end.
    pub(super) after: u64,
    /// The receipt's digest up to there.
    pub(super) state: Sealed<Vec<u8>>,
    /// Segments that were ever staged by then.
    pub(super) segments: i32,
}

impl Place {
    /// The part that begins with this byte.
    pub(super) fn part_at(byte: u64) -> Result<Self> {
        let number = u32::try_from(byte / PART).map_err(|_| Fault::Inconsistent("more parts than a file has"))?;
        Ok(Self::Part { number })
    }

    /// Writes the row of a message that stands here.
    pub(super) async fn insert(self, tx: &Tx<'_>, of: &Arrival, sealed: &SealedPart) -> Result<()> {
        let (file, version) = (Set(of.file.uuid()), Set(of.version));
        let size = Set(column(sealed.plain_len)?);
        let store = Set(sealed.store.as_str().to_owned());
        let object = Set(Uuid::from_bytes(sealed.object.id()));
        let (salt, commitment) = (Set(sealed.salt.to_vec()), Set(sealed.commitment.to_vec()));
        match self {
            Self::Part { number } => {
                let number = i32::try_from(number).map_err(|_| Fault::Inconsistent("more parts than a file has"))?;
                file_part::ActiveModel {
                    file,
                    version,
                    number: Set(number),
                    size,
                    store,
                    object,
                    salt,
                    commitment,
                }
                .insert(tx.db())
                .await?;
            }
            Self::Segment { number, start } => {
                segment::ActiveModel {
                    file,
                    version,
                    number: Set(number),
                    start: Set(column(start)?),
                    size,
                    store,
                    object,
                    salt,
                    commitment,
                }
                .insert(tx.db())
                .await?;
            }
        }
        Ok(())
    }
}

/// Writes the rows of messages that follow one another, and moves the offset over all of them at once. If that fails, the
/// upload was cancelled meanwhile, or somebody else moved it, or the database failed: no row names these objects then, and
/// they are removed.
pub(super) async fn commit(of: &Arrival, landed: &[Landed]) -> Result<()> {
    let committed = write(of, landed).await;
    if committed.is_err() {
        for landed in landed {
            forget(&of.firm, &landed.sealed).await;
        }
    }
    committed
}

async fn write(of: &Arrival, landed: &[Landed]) -> Result<()> {
    let (Some(first), Some(last)) = (landed.first(), landed.last()) else {
        return Ok(());
    };
    let before = column(first.after - first.sealed.plain_len)?;
    let tx = of.firm.begin().await?;
    let moved = upload::Entity::update_many()
        .col_expr(upload::Column::Received, Expr::value(column(last.after)?))
        .col_expr(upload::Column::DigestState, Expr::value(last.state.clone()))
        .col_expr(upload::Column::Segments, Expr::value(last.segments))
        .col_expr(upload::Column::TouchedAt, Expr::value(of.firm.now().0))
        .filter(
            upload::Column::Id
                .eq(of.upload.uuid())
                .and(upload::Column::Received.eq(before)),
        )
        .exec(tx.db())
        .await?;
    if moved.rows_affected != 1 {
        return Err(Error::not_found());
    }
    for landed in landed {
        landed.place.insert(&tx, of, &landed.sealed).await?;
    }
    tx.commit().await
}

/// Removes an object that no row names. One that cannot be removed stays for the sweep.
pub(super) async fn forget(firm: &Firm, sealed: &SealedPart) {
    let Ok(store) = firm.stores.named(sealed.store.as_str()) else {
        return;
    };
    if let Err(fault) = store.delete(&sealed.object).await {
        tracing::warn!(firm = %firm.id, %fault, "an object without a row stays for the sweep");
    }
}

/// A number of bytes as a column counts it.
pub(super) fn column(bytes: u64) -> Result<i64, Fault> {
    i64::try_from(bytes).map_err(|_| Fault::Inconsistent("more bytes than a column counts"))
}
