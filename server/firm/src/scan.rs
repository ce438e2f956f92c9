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
use domain::{ClientId, Field, FirmId, Moment, Reason, ThreadId, file::Check};
use entity::firm::{file, file_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use uuid::Uuid;

/// Seconds after which a held file is tried again where no other came.
const AGAIN: Duration = Duration::from_secs(15);
/// Seconds for which a file without a verdict is left alone at first; each further time twice as long.
const FIRST_PAUSE: i64 = 15;
/// And at most.
const LONGEST_PAUSE: i64 = 60 * 60;
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
    /// Firms in which something may be held.
    firms: Mutex<HashSet<FirmId>>,
    /// Versions without a verdict, by their manifest: until when they are left alone, since each try costs their whole way, and how
    /// many seconds that pause has.
    later: Mutex<HashMap<Uuid, (Moment, i64)>>,
    /// The last thing that went wrong, so that the log says it once and not every few seconds.
    trouble: Mutex<Option<String>>,
}

impl Scanner {
    /// The clamd at this address.
    pub fn new(address: Address) -> Self {
        Self(Arc::new(Inner {
            address,
            came: Notify::new(),
            firms: Mutex::default(),
            later: Mutex::default(),
            trouble: Mutex::default(),
        }))
    }

    /// A version came that is held.
    pub(crate) fn rouse(&self, firm: FirmId) {
        self.firms().insert(firm);
        self.0.came.notify_one();
    }

    fn firms(&self) -> MutexGuard<'_, HashSet<FirmId>> {
        self.0.firms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_off(&self, version: &file_version::Model, now: Moment) {
        let mut later = self.0.later.lock().unwrap_or_else(PoisonError::into_inner);
        // What was not tried for a day is gone, or its turn comes from the start.
        later.retain(|_, (until, _)| now.seconds_since(*until) < 24 * 60 * 60);
        let pause = later
            .get(&version.manifest_object)
            .map_or(FIRST_PAUSE, |(_, pause)| (pause * 2).min(LONGEST_PAUSE));
        later.insert(version.manifest_object, (now.plus_seconds(pause), pause));
    }

    fn is_put_off(&self, version: &file_version::Model, now: Moment) -> bool {
        let later = self.0.later.lock().unwrap_or_else(PoisonError::into_inner);
        later
            .get(&version.manifest_object)
            .is_some_and(|(until, _)| *until > now)
    }

    fn went(&self, error: Option<&io::Error>) {
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

/// Scans what is held until `stop` resolves: in every firm at first, and then where something came or is held still. Does nothing
/// where no scanner is set up.
pub async fn run(registry: Registry, scanner: Option<Scanner>, stop: impl Future<Output = ()>) {
    let Some(scanner) = scanner else { return };
    tokio::pin!(stop);
    match registry.firms().await {
        Ok(firms) => scanner.firms().extend(firms.iter().map(|firm| firm.id())),
        Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "the firms cannot be listed"),
    }
    loop {
        let firms: Vec<FirmId> = scanner.firms().iter().copied().collect();
        let all = async {
            for id in firms {
                one_firm(&registry, &scanner, id).await;
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = all => {}
        }
        tokio::select! {
            () = &mut stop => return,
            () = scanner.0.came.notified() => tokio::time::sleep(SOON).await,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// One that fails keeps no other waiting, and is tried again.
async fn one_firm(registry: &Registry, scanner: &Scanner, id: FirmId) {
    // Whatever comes from now on is for the next time.
    scanner.firms().remove(&id);
    let done = async { all_held(&registry.firm(id).await?).await };
    match done.await {
        Ok(Scanned { left: 0, .. }) => {}
        Ok(_) => drop(scanner.firms().insert(id)),
        Err(error) => {
            tracing::error!(firm = %id, error = &error as &dyn std::error::Error, "held files cannot be scanned");
            scanner.firms().insert(id);
        }
    }
}

/// What came of a look at a firm's held files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Verdicts that came.
    pub verdicts: usize,
    /// Files that are held still.
    pub left: usize,
}

/// Scans what is held in a firm, the oldest first. A file that gets no verdict is left alone for a while, and keeps no other
/// one waiting.
///
/// # Errors
/// The database fails.
pub async fn all_held(firm: &Arc<Firm>) -> Result<Scanned> {
    let mut done = Scanned::default();
    let Some(scanner) = &firm.scanner else {
        return Ok(done);
    };
    let held = file_version::Entity::find()
        .filter(file_version::Column::Scan.eq(HELD))
        .order_by_asc(file_version::Column::ReceivedAt)
        .order_by_asc(file_version::Column::File)
        .all(firm.db())
        .await?;
    let mut unreachable = false;
    for version in held {
        let file = file::Entity::find_by_id(version.file).one(firm.db()).await?;
        // Of a withdrawn file the content is erased: there is nothing to look at.
        let Some(file) = file.filter(|file| file.withdrawn_at.is_none()) else {
            continue;
        };
        done.left += 1;
        if unreachable || scanner.is_put_off(&version, firm.now()) {
            continue;
        }
        match look(firm, scanner, &file, version.clone()).await {
            Ok(verdict) => {
                scanner.went(None);
                note(firm, &file, &version, verdict).await?;
                done.verdicts += 1;
                done.left -= 1;
            }
            Err(Failed::NoVerdict(error)) => {
                tracing::error!(file = %file.id, %error, "a file stays held");
                scanner.put_off(&version, firm.now());
            }
            Err(Failed::Unreachable(error)) => {
                scanner.went(Some(&error));
                unreachable = true;
            }
        }
    }
    Ok(done)
}

async fn look(
    firm: &Arc<Firm>,
    scanner: &Scanner,
    file: &file::Model,
    version: file_version::Model,
) -> std::result::Result<Verdict, Failed> {
    let bytes = async {
        let content = files::unchecked(firm, file, version).await?;
        content.open(0..content.size).await
    };
    let bytes = bytes
        .await
        .map_err(|error| Failed::NoVerdict(io::Error::other(error)))?;
    clamd::scan(&scanner.0.address, bytes).await
}

/// Writes a verdict down about the very bytes that were looked at: another version may have the number by now, and its manifest
/// is another object.
async fn note(firm: &Firm, file: &file::Model, version: &file_version::Model, verdict: Verdict) -> Result<()> {
    let mut tx = firm.begin().await?;
    let (scan, found) = match verdict {
        Verdict::Clean => (CLEAN, None),
        Verdict::Found(name) => (INFECTED, Some(name)),
    };
    let noted = file_version::Entity::update_many()
        .col_expr(file_version::Column::Scan, Expr::value(scan))
        .col_expr(file_version::Column::Found, Expr::value(found.clone()))
        .filter(file_version::Column::File.eq(version.file))
        .filter(file_version::Column::Version.eq(version.version))
        .filter(file_version::Column::ManifestObject.eq(version.manifest_object))
        .filter(file_version::Column::Scan.eq(HELD))
        .exec(tx.db())
        .await?;
    if noted.rows_affected == 0 {
        // It was taken back while clamd looked at it.
        return Ok(());
    }
    if let Some(found) = &found {
        tracing::warn!(file = %file.id, %found, "a file is in quarantine");
        tx.audit_with(&Actor::Worker, "file.quarantine", Some(file.id), found)
            .await?;
    }
    if let Some(thread) = file.thread {
        tx.hint(Hint::Thread {
            thread: ThreadId::from(thread),
            client: ClientId::from(file.client),
            author: Uuid::nil(),
        });
    }
    tx.commit().await
}
