//! Staged segments: the bytes of a part that is not full yet.
//!
//! A segment is never made a part of. When those of a part fill it, or are too many, they are opened and sealed anew as
//! one message, their rows are swapped for its row, and their objects are deleted later.

use super::{
    intake::Arrival,
    land::{self, Place},
};
use crate::{
    error::{Error, Fault, Result},
    sweep,
};
use entity::firm::{segment, upload};
use futures::TryStreamExt;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr};
use vault::{PartReader, PartWriter, SealedPart, StoreName, message::PART};

/// Segments that a part has at most before they become one (DESIGN.md 6.4).
const MOST: usize = 64;

/// Seals anew, as `to`, what was begun as `from`. The old object is removed.
pub(super) async fn restage(of: &Arrival, begun: PartWriter, from: Place, to: Place) -> Result<PartWriter> {
    let sealed = begun.finish().await?;
    let copied = async {
        let mut copy = of.begin(to).await?;
        pour(of, &sealed, from, &mut copy).await?;
        Ok(copy)
    };
    let copied = copied.await;
    land::forget(&of.firm, &sealed).await;
    copied
}

/// Folds the segments of an upload of which `durable` bytes are there and which ends at `end`, if that is known: those
/// that fill their part become it, and too many become one. `next` is the number of the next segment; so is the answer.
pub(super) async fn fold(of: &Arrival, durable: u64, end: Option<u64>, mut next: i32) -> Result<i32> {
    let rows = segment::Entity::find()
        .filter(
            segment::Column::File
                .eq(of.file.uuid())
                .and(segment::Column::Version.eq(of.version)),
        )
        .order_by_asc(segment::Column::Start)
        .all(of.firm.db())
        .await?;
    for rows in rows.chunk_by(|one, other| part(one) == part(other)) {
        let start = rows[0].start.unsigned_abs();
        let part_end = Ord::min(end.unwrap_or(u64::MAX), (part(&rows[0]) + 1) * PART);
        if durable >= part_end {
            into_one(of, rows, Place::part_at(start)?, next).await?;
        } else if rows.len() >= MOST {
            let place = Place::Segment { number: next, start };
            next += 1;
            into_one(of, rows, place, next).await?;
        }
    }
    Ok(next)
}

/// The number of the part that a segment's bytes belong to.
fn part(row: &segment::Model) -> u64 {
    row.start.unsigned_abs() / PART
}

async fn into_one(of: &Arrival, rows: &[segment::Model], place: Place, next: i32) -> Result<()> {
    let mut writer = of.begin(place).await?;
    let mut expected = part(&rows[0]) * PART;
    for row in rows {
        if row.start.unsigned_abs() != expected {
            return Err(Fault::Inconsistent("the segments of a part do not follow one another").into());
        }
        let number = row.number;
        let from = Place::Segment {
            number,
            start: expected,
        };
        pour(of, &sealed(of, row)?, from, &mut writer).await?;
        expected += row.size.unsigned_abs();
    }
    let one = writer.finish().await?;
    let swapped = swap(of, rows, place, &one, next).await;
    if swapped.is_err() {
        land::forget(&of.firm, &one).await;
    }
    swapped
}

async fn swap(of: &Arrival, rows: &[segment::Model], place: Place, one: &SealedPart, next: i32) -> Result<()> {
    let mut tx = of.firm.begin().await?;
    let gone = segment::Entity::delete_many()
        .filter(
            segment::Column::File
                .eq(of.file.uuid())
                .and(segment::Column::Version.eq(of.version))
                .and(segment::Column::Number.is_in(rows.iter().map(|row| row.number))),
        )
        .exec(tx.db())
        .await?;
    if gone.rows_affected != rows.len() as u64 {
        // Cancelled meanwhile, or folded by another server.
        return Err(Error::not_found());
    }
    place.insert(&tx, of, one).await?;
    upload::Entity::update_many()
        .col_expr(upload::Column::Segments, Expr::value(next))
        .filter(upload::Column::Id.eq(of.upload.uuid()))
        .exec(tx.db())
        .await?;
    sweep::let_go(&mut tx, rows.iter().map(|row| (row.store.clone(), row.object))).await?;
    tx.commit().await
}

/// Opens a message and lets its bytes flow into another one.
async fn pour(of: &Arrival, sealed: &SealedPart, place: Place, into: &mut PartWriter) -> Result<()> {
    let reader = PartReader::open(
        of.firm.stores.named(sealed.store.as_str())?,
        sealed,
        &of.key,
        &of.context(place),
    )
    .await?;
    let mut plain = reader.read(0..u64::MAX);
    while let Some(bytes) = plain.try_next().await? {
        into.push(&bytes).await?;
    }
    Ok(())
}

/// What a segment's row pins.
fn sealed(of: &Arrival, row: &segment::Model) -> Result<SealedPart> {
    let odd = || Fault::Inconsistent("a segment's row has fields of another length");
    Ok(SealedPart {
        store: StoreName::parse(&row.store).map_err(|_| odd())?,
        object: of.firm.object(row.object),
        plain_len: row.size.unsigned_abs(),
        salt: row.salt.clone().try_into().map_err(|_| odd())?,
        commitment: row.commitment.clone().try_into().map_err(|_| odd())?,
    })
}
