//! What a request costs, for proofs that two of them cost the same.

use super::House;
use crate::{Actor, clients, error::Result};
use domain::ContactId;
use sea_orm::DatabaseConnection;
use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, PoisonError},
};

/// What a request did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The statements that it sent to the firm's database, in their order, as they are prepared: without values.
    pub statements: Vec<String>,
    /// Rows that each table has more than before, or fewer. Tables with as many are left out.
    pub rows: BTreeMap<String, i64>,
    /// Runs of Argon2.
    pub hashes: u64,
}

/// The statements of a database, while somebody counts.
#[derive(Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Option<Vec<String>>>>);

impl Statements {
    /// Notes from now on what this connection, and every later clone of it, is sent.
    pub(crate) fn watch(&self, connection: &mut DatabaseConnection) {
        let noted = self.clone();
        connection.set_metric_callback(move |info| noted.note(&info.statement.sql));
    }

    fn note(&self, sql: &str) {
        if let Some(noted) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            noted.push(sql.to_owned());
        }
    }

    fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    fn end(&self) -> Vec<String> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        noted.unwrap_or_default()
    }
}

impl std::fmt::Debug for Statements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Statements")
    }
}

impl House {
    /// Sees a request through, and says what it did to the first firm's database. Nothing else may ask it meanwhile.
    ///
    /// # Errors
    /// The database fails.
    pub async fn work_of<T>(&self, request: impl Future<Output = T>) -> Result<(T, Work)> {
        let before = self.row_counts().await?;
        let hashes = self.firm.password_runs();
        self.firm.pools.statements.begin();
        let answer = request.await;
        let statements = self.firm.pools.statements.end();
        let rows = self.row_counts().await?;
        let changed = |(table, now): (String, i64)| {
            let more = now - before.get(&table).copied().unwrap_or(0);
            (more != 0).then_some((table, more))
        };
        let work = Work {
            statements,
            rows: rows.into_iter().filter_map(changed).collect(),
            hashes: self.firm.password_runs() - hashes,
        };
        Ok((answer, work))
    }

    /// Everything in the first firm's database, byte for byte: what changed nothing leaves it equal.
    ///
    /// # Errors
    /// The database fails.
    ///
    /// # Panics
    /// There is no room for a file.
    pub async fn snapshot(&self) -> Result<Vec<u8>> {
        let folder = tempfile::TempDir::new_in(super::scratch()).expect("a temporary folder");
        let file = folder.path().join("snapshot");
        self.dump(&file).await?;
        let bytes = fs::read(file).expect("the snapshot");
        // Newer versions of `pg_dump` put a random word into two of its lines.
        let lines = bytes.split(|byte| *byte == b'\n');
        let kept = lines.filter(|line| !line.starts_with(b"\\restrict") && !line.starts_with(b"\\unrestrict"));
        Ok(kept.collect::<Vec<_>>().join(&b'\n'))
    }

    /// A further contact of the first firm, with a client of their own.
    ///
    /// # Errors
    /// The database fails, or the address is taken.
    pub async fn further_contact(&self, address: &str) -> Result<ContactId> {
        let client = clients::add(&self.firm, &Actor::Operator, "Closed Kiln Ltd").await?;
        super::invite(&self.firm, "Wyn Further", address, vec![client]).await
    }
}
