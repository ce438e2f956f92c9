//! Why a verb did not happen: something a person is told, or a cause for the log.

use domain::{Field, Problem, Reason};
use sea_orm::{DbErr, RuntimeErr, sqlx};
use vault::{FaultKind, Opening, PartFault, StoreFault};

/// The result of every verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a verb did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A person can be told.
    #[error("refused: {0:?}")]
    Problem(Problem),
    /// The cause is for the log; a person gets a reference.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A cause that is logged once, where it is turned into a [`Problem`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The database failed.
    #[error("database")]
    Database(#[from] DbErr),
    /// Something sealed did not open: changed bytes, or the wrong key.
    #[error("something sealed does not open")]
    Opening(#[from] Opening),
    /// The object store failed.
    #[error("store")]
    Store(#[from] StoreFault),
    /// The root key or a setting does not fit the data.
    #[error("{0}")]
    Setting(String),
    /// Rows contradict each other.
    #[error("rows do not agree: {0}")]
    Inconsistent(&'static str),
    /// A file of ours could not be read or written.
    #[error("{doing}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A mail or text message did not get out, in the server's words. They may name the address, so they stay in the firm.
    #[error("a mail or text message did not get out")]
    Undelivered,
    /// The store is in another region than the firm's files have to be.
    #[error("the store is in another region")]
    Region,
    /// A task of ours ended without an answer.
    #[error("a task stopped")]
    Stopped,
}

impl Error {
    /// Absent, or as good as absent.
    pub fn not_found() -> Self {
        Self::Problem(Problem::NotFound)
    }

    /// A field of a form is refused.
    pub fn refused(field: Field, reason: Reason) -> Self {
        Self::Problem(Problem::field(field, reason))
    }

    /// What a person is told. A cause is logged here, once, under `reference`.
    pub fn into_problem(self, reference: &str) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Fault(fault) => {
                tracing::error!(reference, error = &fault as &dyn std::error::Error, "a request failed");
                let reference = reference.to_owned();
                if fault.is_passing() {
                    Problem::Unavailable { reference }
                } else {
                    Problem::Fault { reference }
                }
            }
        }
    }
}

impl Fault {
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(fault) => matches!(fault.kind, FaultKind::Full | FaultKind::Unavailable),
            Self::Database(fault) => is_passing(fault),
            Self::File { .. } | Self::Region => true,
            _ => false,
        }
    }
}

/// Whether the database is out of reach, out of room or read-only for now, rather than asked something wrong.
fn is_passing(fault: &DbErr) -> bool {
    let inner = match fault {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => inner,
        _ => return false,
    };
    match &**inner {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(said) => said.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// SQLite's codes are numbers, of which the last byte is the primary one (<https://www.sqlite.org/rescode.html>): busy,
/// locked, read-only, input or output error, full, cannot open. PostgreSQL's are five characters, of which two name the
/// class (its documentation, appendix A): connection, resources, operator, system; and a server that is read-only for now.
fn is_passing_code(code: &str) -> bool {
    const SQLITE: [u32; 6] = [5, 6, 8, 10, 13, 14];
    const POSTGRES: [&str; 4] = ["08", "53", "57", "58"];
    const READ_ONLY: &str = "25006";
    if code.len() == 5 {
        return code == READ_ONLY || POSTGRES.iter().any(|class| code.starts_with(class));
    }
    code.parse().is_ok_and(|code: u32| SQLITE.contains(&(code & 0xff)))
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<DbErr> for Error {
    fn from(cause: DbErr) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<Opening> for Error {
    fn from(cause: Opening) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<StoreFault> for Error {
    fn from(cause: StoreFault) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<PartFault> for Error {
    fn from(cause: PartFault) -> Self {
        match cause {
            PartFault::Store(cause) => cause.into(),
            PartFault::Opening(cause) => cause.into(),
            _ => Fault::Inconsistent("more bytes than a part holds").into(),
        }
    }
}
