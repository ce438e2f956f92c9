//! Upload-only links, and the guests who send files by them.

use crate::{bytes, bytes_null, index, moment, moment_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string_null, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0017_upload_links"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(
                Table::create()
                    .table("upload_link")
                    .col(pk_uuid("id"))
                    .col(uuid("client"))
                    // Sealed: what is asked for.
                    .col(bytes("label"))
                    .col(uuid("made_by"))
                    .col(moment("created_at"))
                    .col(moment("expires_at"))
                    .col(moment_null("ended_at"))
                    .col(uuid_null("ended_by"))
                    .col(bytes("secret_hash"))
                    .col(bytes_null("pin_mac"))
                    // Wrong ones, in all its life.
                    .col(integer("pin_tries"))
                    // Bytes that may come, and what came. What is removed later frees nothing.
                    .col(big_integer("room"))
                    .col(big_integer("taken_bytes"))
                    .col(integer("taken_files"))
                    .take(),
            )
            .await?;
        schema.create_index(index("upload_link", &["client"], false)).await?;
        // One browser that opened a link.
        schema
            .create_table(
                Table::create()
                    .table("guest")
                    .col(pk_uuid("id"))
                    .col(uuid("link"))
                    .col(bytes("browser_hash"))
                    .col(moment("created_at"))
                    .col(moment("ends_at"))
                    .col(moment_null("pin_at"))
                    .col(string_null("name"))
                    .col(string_null("address"))
                    .col(bytes_null("code_mac"))
                    .col(integer("code_tries"))
                    .col(moment_null("code_sent_at"))
                    .col(moment_null("proven_at"))
                    .take(),
            )
            .await?;
        schema.create_index(index("guest", &["link"], false)).await?;
        schema.create_index(index("guest", &["browser_hash"], false)).await
    }
}
