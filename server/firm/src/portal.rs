//! The frame around every signed-in page, a contact's home, and the first page of the office.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    directory,
    error::Result,
    files, threads,
};
use domain::{
    access::Action,
    client::{Person, Side},
    portal::{Frame, HomeView},
};
use entity::firm::staff;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Threads that a home page lists beside the unread ones.
const HOME_THREADS: u64 = 20;
/// Files that a home page lists.
const HOME_FILES: u64 = 6;

/// The frame: the firm, the reader, and the counts in the rail.
///
/// # Errors
/// Nobody is signed in.
pub async fn frame(firm: &Firm, actor: &Actor) -> Result<Frame> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    Ok(Frame {
        firm: firm.card(),
        me: actor.me()?,
        unread_threads: threads::count_unread(firm, actor).await?,
        new_files: files::count_new(firm, actor).await?,
    })
}

/// What waits: unread threads first, then the others, and the newest files.
///
/// # Errors
/// Nobody is signed in.
pub async fn home(firm: &Firm, actor: &Actor) -> Result<HomeView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let rows = threads::newest(firm, actor, None, 0, HOME_THREADS).await?;
    let unread = threads::unread(firm, actor).await?;
    let threads = rows.into_iter().filter(|row| row.unread == 0).collect();
    Ok(HomeView {
        unread,
        threads,
        files: files::newest(firm, actor, None, 0, HOME_FILES).await?,
        clients: directory::clients_of(firm, actor).await?,
        team: team(firm, actor).await?,
        now: firm.now(),
    })
}

/// The firm's people, in the order in which they joined.
pub(crate) async fn team(firm: &Firm, actor: &Actor) -> Result<Vec<Person>> {
    let rows = staff::Entity::find()
        .filter(staff::Column::RemovedAt.is_null())
        .order_by_asc(staff::Column::CreatedAt)
        .all(firm.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Person {
            initials: domain::client::initials(&row.name),
            own: actor.person() == Some(row.id),
            name: row.name,
            side: Side::Staff,
            title: row.title,
        })
        .collect())
}
