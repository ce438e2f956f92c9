//! Which firms exist, where they answer, and their wrapped keys.

use crate::{bytes, bytes_null, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, pk_uuid, string, string_null, uuid},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_firms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            schema.create_table(table).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("firm")
            .col(pk_uuid("id"))
            .col(string("name"))
            .col(string_null("region"))
            .col(boolean("demo"))
            .col(moment("created_at"))
            .col(moment_null("closed_at"))
            .take(),
        Table::create()
            .table("hostname")
            .col(string("host").primary_key())
            .col(uuid("firm"))
            .col(moment("created_at"))
            .take(),
        // A destroyed key keeps its row and loses its bytes: what it had wrapped is gone for good.
        Table::create()
            .table("firm_key")
            .col(uuid("firm"))
            .col(integer("version"))
            .col(bytes_null("wrapped"))
            .col(moment("created_at"))
            .col(moment_null("destroyed_at"))
            .primary_key(&mut primary(&["firm", "version"]))
            .take(),
        Table::create()
            .table("database_key")
            .col(uuid("firm").primary_key())
            .col(integer("firm_key_version"))
            .col(bytes("wrapped"))
            .col(moment("created_at"))
            .take(),
        Table::create()
            .table("client_key")
            .col(uuid("client"))
            .col(integer("version"))
            .col(uuid("firm"))
            .col(integer("firm_key_version"))
            .col(bytes_null("wrapped"))
            .col(moment("created_at"))
            .col(moment_null("destroyed_at"))
            .primary_key(&mut primary(&["client", "version"]))
            .take(),
        // When a firm next has work. A false alarm is harmless, so this row does not wait for the disk.
        Table::create()
            .table("wake")
            .col(uuid("firm").primary_key())
            .col(moment("due_at"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        crate::index("hostname", &["firm"], false),
        crate::index("client_key", &["firm"], false),
        crate::index("wake", &["due_at"], false),
    ]
}
