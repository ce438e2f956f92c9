//! Threads: conversations about a client.

mod list;
mod open;
mod start;

pub use list::list;
pub(crate) use list::{newest, newest_and_unread, unread_count};
pub(crate) use open::mark;
pub use open::open;
pub use start::{NewThread, blank, start};

use crate::error::{Error, Result};
use domain::{ClientId, ThreadId};
use entity::firm::thread;
use sea_orm::{ConnectionTrait, EntityTrait};

/// A thread's row; absent is `NotFound`. Whoever asks must still be let in.
pub(crate) async fn row(db: &impl ConnectionTrait, id: ThreadId) -> Result<thread::Model> {
    thread::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)
}

/// Whose a thread is, for [`crate::actor::allow`].
pub(crate) fn owner(row: &thread::Model) -> ClientId {
    ClientId::from(row.client)
}
