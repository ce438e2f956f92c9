//! What somebody began to send and has not sent with a message: it can go on, also from another network or a day later.

use super::{Destination, FIRST_VERSION, kept_since};
use crate::{
    Actor, Firm,
    actor::{allow, side_name},
    error::Result,
    threads,
};
use domain::{Moment, access::Action, file::WaitingUpload, limits};
use entity::firm::upload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The actor's own uploads towards a destination, oldest first, at most as many as a message takes. One whose length is yet to
/// be said is left out: a page does not send like that. So is what is to become a version of a file: no message takes it along.
///
/// # Errors
/// The destination is not the actor's.
pub async fn waiting(firm: &Firm, actor: &Actor, to: Destination) -> Result<Vec<WaitingUpload>> {
    let (client, there) = match to {
        Destination::Thread(id) => (
            threads::owner(&threads::row(firm.db(), id).await?),
            upload::Column::Thread.eq(id.uuid()),
        ),
        Destination::Client(id) => (id, upload::Column::Thread.is_null()),
        Destination::Version(_) => return Ok(Vec::new()),
    };
    allow(actor, Action::WriteThread, &client)?;
    let (side, author) = actor.signed_in()?;
    let rows = upload::Entity::find()
        .filter(there)
        .filter(upload::Column::Client.eq(client.uuid()))
        .filter(upload::Column::Author.eq(author))
        .filter(upload::Column::AuthorSide.eq(side_name(side)))
        .filter(upload::Column::Version.eq(FIRST_VERSION))
        .filter(upload::Column::LengthDeferred.eq(false))
        .filter(upload::Column::TouchedAt.gte(kept_since(firm)))
        .order_by_asc(upload::Column::CreatedAt)
        .limit(limits::FILES_A_MESSAGE as u64)
        .all(firm.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WaitingUpload {
                id: row.id.into(),
                name: row.name.open(firm.at("upload", "name", row.id))?,
                size: row.length.unsigned_abs(),
                received: row.received.unsigned_abs(),
                modified: row.modified_at.map(Moment),
                complete: row.completed_at.map(Moment),
            })
        })
        .collect()
}
