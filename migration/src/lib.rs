//! The schema, written once for SQLite and PostgreSQL.
//!
//! There are two databases: the registry, which says which firms exist and holds their wrapped keys, and one database a
//! firm. Only the portable schema builder is used, so one source makes both engines.
//!
//! Invariant: every migration runs in a transaction (on SQLite the default is none, and a crash would leave half a
//! schema). Expand first, contract in a later release: servers of the release before are still running.
#![forbid(unsafe_code)]
#![expect(elided_lifetimes_in_paths, reason = "async_trait needs the spelling of the trait")]

pub mod firm;
pub mod registry;

use sea_orm_migration::{prelude::*, schema};

/// Milliseconds since 1970 UTC.
fn moment(name: &'static str) -> ColumnDef {
    schema::big_integer(name)
}

fn moment_null(name: &'static str) -> ColumnDef {
    schema::big_integer_null(name)
}

/// Ciphertext, a hash, or a wrapped key.
fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

fn bytes_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

/// An index named after its table and columns.
fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index.take()
}

fn primary(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index.take()
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::MigratorTrait;

    #[test]
    fn every_migration_runs_in_a_transaction() {
        let all = crate::registry::Registry::migrations()
            .into_iter()
            .chain(crate::firm::Firm::migrations());
        for migration in all {
            assert_eq!(migration.use_transaction(), Some(true), "{}", migration.name());
        }
    }
}
