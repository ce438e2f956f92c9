//! A house laid bare, for searches after what must not rest readable: where it rests, and the same without its
//! protections, in which such a search has to find everything.

use super::{Engine, House, postgres};
use crate::{Firm, error::Result, files};
use domain::FileId;
use entity::firm::file;
use futures::StreamExt as _;
use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait as _, QueryResult, Statement};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use uuid::Uuid;
use vault::ColumnPlace;

impl House {
    /// The folders in which everything that this house keeps rests: its data folder, and on PostgreSQL the files of its
    /// databases and the server's log of writes, brought up to date.
    ///
    /// # Errors
    /// PostgreSQL fails.
    pub async fn resting_places(&self) -> Result<Vec<PathBuf>> {
        let mut places = vec![self.folder.path().to_owned()];
        if self.engine == Engine::Postgres {
            self.firm.db().execute_unprepared("CHECKPOINT").await?;
            let data: PathBuf = self.told("SHOW data_directory").await?.remove(0).into();
            let own =
                "SELECT oid::text FROM pg_database WHERE datname LIKE split_part(current_database(), '_', 1) || '%'";
            places.extend(self.told(own).await?.iter().map(|oid| data.join("base").join(oid)));
            places.extend(["global", "pg_wal"].map(|folder| data.join(folder)));
        }
        Ok(places)
    }

    /// The firm's database without the engine's own protection, as one file: SQLite without SQLCipher, or `pg_dump`.
    /// Sealed columns are still sealed in it.
    ///
    /// # Errors
    /// The database fails.
    ///
    /// # Panics
    /// `pg_dump` is missing or fails.
    pub async fn dump(&self, into: &Path) -> Result<()> {
        if self.engine == Engine::Sqlite {
            let into = into.to_str().expect("a path in UTF-8").replace('\'', "''");
            let export = format!(
                "ATTACH DATABASE '{into}' AS bare KEY ''; SELECT sqlcipher_export('bare'); DETACH DATABASE bare;"
            );
            self.firm.pools.writer().execute_unprepared(&export).await?;
            return Ok(());
        }
        let name = self.told("SELECT current_database()::text").await?.remove(0);
        let dumped = tokio::process::Command::new(postgres::program("pg_dump"))
            .arg(format!("--dbname={}/{name}", postgres::url()))
            .output()
            .await
            .expect("pg_dump");
        assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
        fs::write(into, dumped.stdout).expect("a file in the folder");
        Ok(())
    }

    /// What would rest if nothing were sealed: every column that opens under the firm's key, and every file, in `into`.
    ///
    /// # Errors
    /// The database or the store fails.
    ///
    /// # Panics
    /// The folder cannot be written.
    pub async fn unsealed(&self, into: &Path) -> Result<()> {
        fs::create_dir_all(into).expect("a folder");
        for table in self.tables().await? {
            let all = Statement::from_string(self.backend(), ["SELECT * FROM \"", &table, "\""].concat());
            for (number, row) in self.firm.db().query_all_raw(all).await?.iter().enumerate() {
                for (column, value) in opened(&self.firm, &table, row) {
                    fs::write(into.join(format!("{table}.{column}.{number}")), value).expect("written");
                }
            }
        }
        for row in file::Entity::find().all(self.firm.db()).await? {
            let id = FileId::from(row.id);
            let content = files::content(&self.firm, &self.imogen(), id).await?;
            let mut stream = std::pin::pin!(content.stream(0..u64::MAX));
            let mut bytes = Vec::new();
            while let Some(piece) = stream.next().await {
                bytes.extend_from_slice(&piece.expect("a file that opens"));
            }
            fs::write(into.join(format!("content.{id}")), bytes).expect("written");
        }
        Ok(())
    }

    /// How many rows each table of the firm has.
    ///
    /// # Errors
    /// The database fails.
    pub async fn row_counts(&self) -> Result<BTreeMap<String, i64>> {
        let tables = self.tables().await?;
        let each = tables
            .iter()
            .map(|table| ["SELECT '", table, "', COUNT(*) FROM \"", table, "\""].concat());
        let all = each.collect::<Vec<_>>().join(" UNION ALL ");
        let rows = Statement::from_string(self.backend(), all);
        let rows = self.firm.db().query_all_raw(rows).await?;
        let counts = rows
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        Ok(counts.collect::<std::result::Result<_, sea_orm::DbErr>>()?)
    }

    async fn tables(&self) -> Result<Vec<String>> {
        self.told(match self.engine {
            Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"
            }
        })
        .await
    }

    fn backend(&self) -> DbBackend {
        match self.engine {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        }
    }

    /// The first column of what a statement answers.
    pub(super) async fn told(&self, sql: &str) -> Result<Vec<String>> {
        let rows = Statement::from_string(self.backend(), sql);
        let rows = self.firm.db().query_all_raw(rows).await?;
        Ok(rows
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<std::result::Result<_, _>>()?)
    }
}

/// The columns of a row that open. A sealed value is bound to an id of its row, or to two of them, so each is tried.
fn opened(firm: &Firm, table: &str, row: &QueryResult) -> Vec<(String, Vec<u8>)> {
    let columns = row.column_names();
    let ids: Vec<u128> = columns
        .iter()
        .filter_map(|column| row.try_get::<Uuid>("", column).ok())
        .map(|id| id.as_u128())
        .collect();
    let pairs = ids.iter().flat_map(|a| ids.iter().map(move |b| a ^ b.rotate_left(1)));
    let places: Vec<u128> = ids.iter().copied().chain(pairs).collect();
    let mut found = Vec::new();
    for column in columns {
        let Ok(sealed) = row.try_get::<Vec<u8>>("", &column) else {
            continue;
        };
        let value = places.iter().find_map(|place| {
            let place = ColumnPlace {
                table,
                column: &column,
                row: place.to_be_bytes(),
            };
            vault::open_column(&firm.keys.column, &place, &sealed).ok()
        });
        if let Some(value) = value {
            found.push((column, value.to_vec()));
        }
    }
    found
}
