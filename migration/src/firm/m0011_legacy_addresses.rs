//! Addresses of a portal that the firm had before: what its mails and its clients' bookmarks still lead to.

use crate::{bytes, index, moment, moment_null};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_legacy_addresses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // An old address may still open something in the system that it came from. So it is found by its MAC, and rests
        // sealed for the office's list.
        schema
            .create_table(
                Table::create()
                    .table("legacy_address")
                    .col(pk_uuid("id"))
                    .col(bytes("mac"))
                    .col(bytes("address"))
                    .col(string("target"))
                    .col(uuid_null("contact"))
                    .col(integer("hits"))
                    .col(moment("created_at"))
                    .col(moment_null("last_hit_at"))
                    .take(),
            )
            .await?;
        schema.create_index(index("legacy_address", &["mac"], true)).await
    }
}
