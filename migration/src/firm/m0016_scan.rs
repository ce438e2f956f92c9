//! Malware: what the scanner said of a version.

use crate::index;
use sea_orm_migration::{prelude::*, schema::string_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0016_scan"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            // `held`, `clean` or `infected`; none where there was no scanner.
            string_null("scan"),
            // The name of what was found.
            string_null("found"),
        ] {
            schema
                .alter_table(Table::alter().table("file_version").add_column(column).take())
                .await?;
        }
        schema.create_index(index("file_version", &["scan"], false)).await
    }
}
