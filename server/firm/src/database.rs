//! Connections: one writer and a few readers of a SQLCipher file, or a bounded pool of PostgreSQL.

use crate::error::{Fault, Result};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as Sea, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self, Connection as _, SqliteConnection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::{path::Path, time::Duration};
use vault::Key;

/// How long a request waits for a connection before it is told that the database is unavailable.
const WAIT: Duration = Duration::from_secs(10);
/// Readers of one SQLite file. They are opened when they are needed.
const SQLITE_READERS: u32 = 4;
/// Connections of one PostgreSQL database.
const POSTGRES_POOL: u32 = 8;
/// The advisory lock that makes writers of one firm follow one another on PostgreSQL.
const WRITE_LOCK: i64 = 0x0067_6174_6568_6f75;

/// No connection is closed for its age: that is the pool's own housekeeping, which in sqlx 0.9 may misread how many
/// connections idle and then never ends (issue 3645 there, mended after 0.9.0). How many firms are open is bounded instead.
const AGE: Option<Duration> = None;

/// The connections of one database.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    /// What was sent, for tests that compare the work of two requests.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) statements: crate::testing::Statements,
}

/// How a SQLite file is synced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A commit survives a power cut.
    Full,
    /// A commit survives a crash of the process; for rows that heal themselves.
    Relaxed,
}

/// SQLCipher's raw form, which needs its double quotes and skips the 256,000 rounds of PBKDF2.
fn quoted(key: &Key) -> String {
    format!("\"x'{}'\"", key.expose_hex().as_str())
}

impl Pools {
    /// Opens (and creates, if need be) an encrypted SQLite file.
    pub(crate) async fn sqlite(path: &Path, key: &Key) -> Result<Self> {
        let writer = sqlite(path, key, 1, false, Durability::Full).await?;
        let readers = sqlite(path, key, SQLITE_READERS, true, Durability::Full).await?;
        Ok(Self::of(writer, readers))
    }

    /// A further writer of the same file, for rows that need not wait for the disk.
    pub(crate) async fn sqlite_relaxed(path: &Path, key: &Key) -> Result<DatabaseConnection> {
        sqlite(path, key, 1, false, Durability::Relaxed).await
    }

    /// Connects to a PostgreSQL database.
    pub(crate) async fn postgres(url: &str) -> Result<Self> {
        let pool = postgres(url, POSTGRES_POOL).await?;
        Ok(Self::of(pool.clone(), pool))
    }

    #[cfg(any(test, feature = "testing"))]
    fn of(mut writer: DatabaseConnection, mut readers: DatabaseConnection) -> Self {
        let statements = crate::testing::Statements::default();
        statements.watch(&mut writer);
        statements.watch(&mut readers);
        Self {
            writer,
            readers,
            statements,
        }
    }

    #[cfg(not(any(test, feature = "testing")))]
    fn of(writer: DatabaseConnection, readers: DatabaseConnection) -> Self {
        Self { writer, readers }
    }

    /// For statements that change nothing.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Takes the write lock and begins a transaction.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let tx = self.writer.begin_with_options(options).await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [WRITE_LOCK.into()],
            ))
            .await?;
        }
        Ok(tx)
    }

    pub(crate) async fn close(&self) {
        // On SQLite the last connection to close folds the write-ahead log into the file.
        let _ = self.readers.clone().close().await;
        let _ = self.writer.clone().close().await;
    }
}

/// A pool of a PostgreSQL database of at most this many connections.
pub(crate) async fn postgres(url: &str, most: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(most)
        .acquire_timeout(WAIT)
        .idle_timeout(AGE)
        .max_lifetime(AGE)
        .sqlx_logging(false)
        .test_before_acquire(false);
    Ok(Sea::connect(options).await?)
}

/// Whether a connection that is given back has no transaction left open. If it has, it must not be used again.
///
/// When a commit fails because the disk does, SQLite rolls back by itself, and sqlx (0.9) goes on counting the transaction:
/// its own rollback finds none. Every later transaction would then be a savepoint within one that nobody ever commits, and
/// what it wrote would be acknowledged and lost.
async fn is_clean(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // A rollback that was begun by a drop has ended once this is answered.
    connection.ping().await?;
    let clean = !connection.is_in_transaction();
    if !clean {
        tracing::warn!("a connection whose transaction did not end is closed");
    }
    Ok(clean)
}

async fn sqlite(
    path: &Path,
    key: &Key,
    most: u32,
    read_only: bool,
    durability: Durability,
) -> Result<DatabaseConnection> {
    let path = path
        .to_str()
        .ok_or_else(|| Fault::Setting("the data folder's path is not valid UTF-8".to_owned()))?;
    let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rwc"));
    options
        .max_connections(most)
        .min_connections(0)
        .acquire_timeout(WAIT)
        .idle_timeout(AGE)
        .max_lifetime(AGE)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .sqlcipher_key(quoted(key))
        .map_sqlx_sqlite_pool_opts(move |pool| {
            // A reader has no transaction to leave open, and each question to it wakes its thread.
            if read_only {
                pool
            } else {
                pool.after_release(|connection, _| Box::pin(is_clean(connection)))
            }
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(if durability == Durability::Full {
                    SqliteSynchronous::Full
                } else {
                    SqliteSynchronous::Normal
                })
                .foreign_keys(true)
                .busy_timeout(WAIT)
                .pragma("secure_delete", "ON")
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", "-1024");
            if read_only {
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite
            }
        });
    Ok(Sea::connect(options).await?)
}
