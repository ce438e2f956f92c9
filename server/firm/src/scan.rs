//! Malware: every version is looked at by clamd before anybody can open it.
//!
//! Where a scanner is set up, a version begins as *held*, in the transaction in which it comes to be. The row is the queue: a
//! task of its own takes what is held, the oldest first, decrypts it towards clamd and writes the verdict down. A scanner that
//! is down, silent or at a loss leaves it held. Nothing is asked of the worker that sends mail, which a long file would keep.

mod clamd;
#[cfg(test)]
mod tests;

pub use clamd::{Address, version};

use crate::{
    Actor, Firm, Registry,
    error::{Error, Fault, Result},
    events::Hint,
    files,
};
use clamd::{Failed, Verdict};
use domain::{ClientId, Field, Moment, Reason, ThreadId, file::Check};
use entity::firm::{file, file_version};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use uuid::Uuid;

/// Seconds after which a held file is tried again where no other came.
const AGAIN: Duration = Duration::from_secs(15);
/// Seconds for which a file over which the scanner gave up is left alone.
const LATER: i64 = 60 * 60;
/// The pause between a file's coming and the look at it: its transaction ends meanwhile.
const SOON: Duration = Duration::from_millis(200);

/// What a row says of a version that waits.
pub(crate) const HELD: &str = "held";
const CLEAN: &str = "clean";
const INFECTED: &str = "infected";

/// The scanner of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Scanner(Arc<Inner>);

struct Inner {
    address: Address,
    came: Notify,
    /// Versions over which it gave up, and when they are tried again: each costs their whole way.
    later: Mutex<HashMap<(Uuid, i32), Moment>>,
    /// The last thing that went wrong, so that the log says it once and not every few seconds.
    trouble: Mutex<Option<String>>,
}

impl Scanner {
    /// The clamd at this address.
    pub fn new(address: Address) -> Self {
        Self(Arc::new(Inner {
            address,
            came: Notify::new(),
            later: Mutex::default(),
            trouble: Mutex::default(),
        }))
    }

    /// A version came that is held.
    pub(crate) fn rouse(&self) {
        self.0.came.notify_one();
    }

    fn put_off(&self, version: (Uuid, i32), now: Moment) {
        let mut later = self.0.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.retain(|_, until| *until > now);
        later.insert(version, now.plus_seconds(LATER));
    }

    fn is_put_off(&self, version: (Uuid, i32), now: Moment) -> bool {
        let later = self.0.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.get(&version).is_some_and(|until| *until > now)
    }

    fn went(&self, error: Option<&std::io::Error>) {
        let mut trouble = self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let now = error.map(ToString::to_string);
        if *trouble == now {
            return;
        }
        if let Some(error) = &now {
            tracing::error!(address = %self.0.address, %error, "the malware scanner does not work: files are held");
        } else {
            tracing::info!(address = %self.0.address, "the malware scanner works again");
        }
        *trouble = now;
    }
}

/// What its row says of a version, for its readers.
pub(crate) fn check(firm: &Firm, scan: Option<&str>, found: Option<&str>) -> Result<Check> {
    Ok(match scan {
        None => Check::Unscanned,
        Some(CLEAN) => Check::Clean,
        // The operator took the scanner away on purpose: what waited for it waits no more.
        Some(HELD) if firm.scanner.is_none() => Check::Unscanned,
        Some(HELD) => Check::Held,
        Some(INFECTED) => Check::Quarantined {
            found: found.unwrap_or_default().to_owned(),
        },
        Some(_) => return Err(Fault::Inconsistent("a scan of an unknown kind").into()),
    })
}

/// Refuses to open what is held or quarantined, to everybody.
///
/// # Errors
/// [`Reason::FileHeld`], [`Reason::FileQuarantined`].
pub(crate) fn passed(firm: &Firm, version: &file_version::Model) -> Result<()> {
    match check(firm, version.scan.as_deref(), version.found.as_deref())? {
        Check::Unscanned | Check::Clean => Ok(()),
        Check::Held => Err(Error::refused(Field::Files, Reason::FileHeld)),
        Check::Quarantined { .. } => Err(Error::refused(Field::Files, Reason::FileQuarantined)),
    }
}

/// Scans what is held, in every firm, until `stop` resolves. Does nothing where no scanner is set up.
pub async fn run(registry: Registry, scanner: Option<Scanner>, stop: impl Future<Output = ()>) {
    let Some(scanner) = scanner else { return };
    tokio::pin!(stop);
    loop {
        let all = async {
            for firm in registry.firms().await? {
                all_held(&firm).await?;
            }
            Ok::<_, Error>(())
        };
        tokio::select! {
            () = &mut stop => return,
            done = all => {
                if let Err(error) = done {
                    tracing::error!(error = &error as &dyn std::error::Error, "held files cannot be scanned");
                }
            }
        }
        tokio::select! {
            () = &mut stop => return,
            () = scanner.0.came.notified() => tokio::time::sleep(SOON).await,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Scans what is held in a firm, and says how many verdicts came.
///
/// # Errors
/// The database fails.
pub async fn all_held(firm: &Arc<Firm>) -> Result<usize> {
    let Some(scanner) = &firm.scanner else { return Ok(0) };
    let held: Vec<(Uuid, i32)> = file_version::Entity::find()
        .select_only()
        .columns([file_version::Column::File, file_version::Column::Version])
        .filter(file_version::Column::Scan.eq(HELD))
        .order_by_asc(file_version::Column::ReceivedAt)
        .order_by_asc(file_version::Column::File)
        .into_tuple()
        .all(firm.db())
        .await?;
    let mut verdicts = 0;
    for (id, number) in held {
        if scanner.is_put_off((id, number), firm.now()) {
            continue;
        }
        let Some(row) = file::Entity::find_by_id(id).one(firm.db()).await? else {
            continue;
        };
        if row.withdrawn_at.is_some() {
            // Its content is erased: there is nothing to look at.
            continue;
        }
        let content = files::unchecked(firm, &row, number).await?;
        // Why it does not open is logged where it does not; the others are not held for it.
        let Ok(bytes) = content.open(0..content.size).await else {
            continue;
        };
        match clamd::scan(&scanner.0.address, bytes).await {
            Ok(verdict) => {
                scanner.went(None);
                note(firm, &row, number, verdict).await?;
                verdicts += 1;
            }
            Err(Failed::NoVerdict(error)) => {
                tracing::error!(file = %row.id, %error, "a file stays held");
                scanner.put_off((id, number), firm.now());
            }
            Err(Failed::Unreachable(error)) => {
                scanner.went(Some(&error));
                break;
            }
        }
    }
    Ok(verdicts)
}

async fn note(firm: &Firm, row: &file::Model, number: i32, verdict: Verdict) -> Result<()> {
    let mut tx = firm.begin().await?;
    if file_version::Entity::find_by_id((row.id, number))
        .one(tx.db())
        .await?
        .is_none()
    {
        // It was taken back while clamd looked at it.
        return Ok(());
    }
    let (scan, found) = match verdict {
        Verdict::Clean => (CLEAN, None),
        Verdict::Found(name) => (INFECTED, Some(name)),
    };
    if let Some(found) = &found {
        tracing::warn!(file = %row.id, %found, "a file is in quarantine");
        tx.audit_with(&Actor::Worker, "file.quarantine", Some(row.id), found)
            .await?;
    }
    file_version::ActiveModel {
        file: Set(row.id),
        version: Set(number),
        scan: Set(Some(scan.to_owned())),
        found: Set(found),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    if let Some(thread) = row.thread {
        tx.hint(Hint::Thread {
            thread: ThreadId::from(thread),
            client: ClientId::from(row.client),
            author: Uuid::nil(),
        });
    }
    tx.commit().await
}

/// Since when the oldest held file waits, for whoever looks after the scanner.
///
/// # Errors
/// The database fails.
pub async fn waiting_since(firm: &Firm) -> Result<Option<Moment>> {
    let oldest: Option<i64> = file_version::Entity::find()
        .select_only()
        .column(file_version::Column::ReceivedAt)
        .filter(file_version::Column::Scan.eq(HELD))
        .order_by_asc(file_version::Column::ReceivedAt)
        .into_tuple()
        .one(firm.db())
        .await?;
    Ok(oldest.map(Moment))
}
