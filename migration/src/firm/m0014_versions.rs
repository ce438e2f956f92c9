//! Further versions of a file: each with its own name and sender, and which of them somebody opened.

use crate::{bytes_null, index};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_null, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0014_versions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            // Sealed. None of these three: the file's own, as before there were further versions.
            bytes_null("name"),
            string_null("author_side"),
            uuid_null("author"),
            // The form's one-time id, where a form made it.
            uuid_null("form"),
        ] {
            schema
                .alter_table(Table::alter().table("file_version").add_column(column).take())
                .await?;
        }
        schema.create_index(index("file_version", &["form"], false)).await?;
        // The newest version that the reader opened.
        let version = integer("version").default(1).take();
        schema
            .alter_table(Table::alter().table("file_look").add_column(version).take())
            .await
    }
}
