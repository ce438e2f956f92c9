//! A database that takes no more, and then does again.

use super::{Engine, House, postgres};
use crate::{database, error::Result};
use sea_orm::ConnectionTrait as _;

impl House {
    /// Lets the firm's database take no further rows: SQLite has no more pages, as on a full disk; PostgreSQL is read-only
    /// and every connection was cut, as when a server that ran out of room is restarted.
    ///
    /// # Errors
    /// The database fails otherwise than it should.
    pub async fn fill_database(&self) -> Result<()> {
        match self.engine {
            // No smaller than what is used: SQLite raises it to that.
            Engine::Sqlite => self.say("PRAGMA max_page_count = 1").await,
            Engine::Postgres => self.read_only(true).await,
        }
    }

    /// Gives it room again.
    ///
    /// # Errors
    /// The database fails.
    pub async fn make_room(&self) -> Result<()> {
        match self.engine {
            Engine::Sqlite => self.say("PRAGMA max_page_count = 1073741823").await,
            Engine::Postgres => self.read_only(false).await,
        }
    }

    async fn say(&self, sql: &str) -> Result<()> {
        self.firm.pools.writer().execute_unprepared(sql).await?;
        Ok(())
    }

    async fn read_only(&self, now: bool) -> Result<()> {
        // Connections that were cut are noticed one by one.
        let name = loop {
            if let Ok(mut name) = self.told("SELECT current_database()::text").await {
                break name.remove(0);
            }
        };
        let server = database::postgres(&format!("{}/postgres", postgres::url()), 1).await?;
        let word = if now { "on" } else { "off" };
        let sql = [
            "ALTER DATABASE \"",
            &name,
            "\" SET default_transaction_read_only = ",
            word,
        ]
        .concat();
        server.execute_unprepared(&sql).await?;
        // The setting counts for connections that come after.
        let cut = [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '",
            &name,
            "'",
        ]
        .concat();
        server.execute_unprepared(&cut).await?;
        server.close().await?;
        Ok(())
    }
}
