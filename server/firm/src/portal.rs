//! The frame around every signed-in page, a contact's home, and the first page of the office.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    directory,
    error::Result,
    files, mails, threads,
};
use domain::{
    Moment,
    access::Action,
    client::{Person, Side},
    portal::{Frame, HomeView},
};
use entity::firm::staff;
use futures::future::try_join;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, Query},
};
use std::sync::{Arc, PoisonError, atomic::Ordering};
use uuid::Uuid;

/// Threads that a home page lists beside the unread ones.
const HOME_THREADS: u64 = 20;
/// Files that a home page lists.
const HOME_FILES: u64 = 6;
/// Seconds for which the firm's people are taken as known.
const TEAM_SECONDS: i64 = 60;

/// The frame: the firm, the reader, and the counts in the rail.
///
/// # Errors
/// Nobody is signed in.
pub async fn frame(firm: &Firm, actor: &Actor) -> Result<Frame> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let counts = Query::select()
        .expr_as(Expr::from(threads::unread_count(actor)?), "threads")
        .expr_as(Expr::from(files::new_count(actor)?), "files")
        .take();
    let row = firm.db().query_one(&counts).await?;
    let count = |column| -> Result<u32> {
        let count: i64 = row.as_ref().map_or(Ok(0), |row| row.try_get("", column))?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    };
    Ok(Frame {
        firm: firm.card(),
        me: actor.me()?,
        unread_threads: count("threads")?,
        new_files: count("files")?,
        stuck_mails: mails::stuck(firm, actor).await?,
    })
}

/// What waits: unread threads first, then the others, and the newest files.
///
/// # Errors
/// Nobody is signed in.
pub async fn home(firm: &Firm, actor: &Actor) -> Result<HomeView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    // Side by side: they wait for different readers.
    let ((unread, threads), files) = try_join(
        threads::newest_and_unread(firm, actor, HOME_THREADS),
        files::newest(firm, actor, HOME_FILES),
    )
    .await?;
    Ok(HomeView {
        unread,
        threads,
        files,
        clients: directory::clients_of(firm, actor).await?,
        team: team(firm, actor).await?,
        now: firm.now(),
    })
}

/// The firm's people, as they were read a moment ago.
pub(crate) struct KnownTeam {
    commits: u64,
    at: Moment,
    people: Arc<[(Uuid, Person)]>,
}

/// The firm's people, in the order in which they joined.
///
/// They stand on every home page and hardly ever change, so they are kept until this process commits something, and for
/// a minute at most, because another process may have.
pub(crate) async fn team(firm: &Firm, actor: &Actor) -> Result<Vec<Person>> {
    let commits = firm.commits.load(Ordering::Acquire);
    let now = firm.now();
    let known = firm
        .team
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .as_ref()
        .and_then(|known| {
            let fresh = known.commits == commits && now.seconds_since(known.at) < TEAM_SECONDS;
            fresh.then(|| Arc::clone(&known.people))
        });
    let people = if let Some(people) = known {
        people
    } else {
        let people: Arc<[_]> = read_team(firm).await?.into();
        let known = KnownTeam {
            commits,
            at: now,
            people: Arc::clone(&people),
        };
        *firm.team.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        people
    };
    Ok(people
        .iter()
        .map(|(id, person)| Person {
            own: actor.person() == Some(*id),
            ..person.clone()
        })
        .collect())
}

async fn read_team(firm: &Firm) -> Result<Vec<(Uuid, Person)>> {
    let rows = staff::Entity::find()
        .filter(staff::Column::RemovedAt.is_null())
        .order_by_asc(staff::Column::CreatedAt)
        .all(firm.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, colleague(None, row))).collect())
}

/// One of the firm's people, as the reader sees them.
pub(crate) fn colleague(reader: Option<Uuid>, row: staff::Model) -> Person {
    Person {
        initials: domain::client::initials(&row.name),
        own: reader == Some(row.id),
        name: row.name,
        side: Side::Staff,
        title: row.title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{on_both_engines, testing::House, threads::NewThread};
    use domain::{FormId, ThreadId, access::Role};

    async fn start(house: &House, subject: &str) -> ThreadId {
        let new = NewThread {
            client: house.people.marlowe,
            subject: subject.to_owned(),
            text: "A sentence.".to_owned(),
            uploads: Vec::new(),
            form: FormId::from(house.firm.random.id()),
        };
        threads::start(&house.firm, &house.imogen(), &new)
            .await
            .expect("started")
    }

    on_both_engines!(
        what_is_unread_stands_on_the_home_page_however_old_it_is,
        |house| async move {
            let before = home(&house.firm, &house.anwen()).await.expect("a home").unread.len();
            let old = start(&house, "Old and unread").await;
            for number in 0..=HOME_THREADS {
                house.advance(60);
                let id = start(&house, &format!("Thread {number}")).await;
                threads::open(&house.firm, &house.anwen(), id, None)
                    .await
                    .expect("read");
            }
            let seen = home(&house.firm, &house.anwen()).await.expect("a home");
            assert_eq!(seen.unread.len(), before + 1);
            assert!(seen.unread.iter().any(|row| row.id == old), "beyond the newest");
            assert_eq!(seen.threads.len() as u64, HOME_THREADS);
            let frame = frame(&house.firm, &house.anwen()).await.expect("a frame");
            assert_eq!(frame.unread_threads as usize, before + 1);
        }
    );

    on_both_engines!(
        somebody_who_joins_the_team_stands_on_the_next_home_page,
        |house| async move {
            let names = |home: HomeView| home.team.into_iter().map(|person| person.name).collect::<Vec<_>>();
            let before = names(home(&house.firm, &house.anwen()).await.expect("a home"));
            let new = crate::staff::NewStaff {
                name: "Odile Marsh".to_owned(),
                title: "Bookkeeper".to_owned(),
                address: "odile@harcourtpell.example".to_owned(),
                role: Role::Member,
                password: "linen and slate and salt".to_owned(),
            };
            crate::staff::add(&house.firm, &house.imogen(), &new)
                .await
                .expect("added");
            let after = names(home(&house.firm, &house.anwen()).await.expect("a home"));
            assert_eq!(after.len(), before.len() + 1);
            assert!(after.contains(&"Odile Marsh".to_owned()));
        }
    );
}
