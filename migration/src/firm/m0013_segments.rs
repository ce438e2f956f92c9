//! Uploads that stop anywhere: the bytes of a part that is not full yet, and a length that is said later.

use crate::{bytes, index, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, integer, string, uuid},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0013_segments"
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
                    .table("segment")
                    .col(uuid("file"))
                    .col(integer("version"))
                    // Counts what was ever staged for the version; never used again.
                    .col(integer("number"))
                    // Its first byte's place in the file.
                    .col(big_integer("start"))
                    .col(big_integer("size"))
                    .col(string("store"))
                    .col(uuid("object"))
                    .col(bytes("salt"))
                    .col(bytes("commitment"))
                    .primary_key(&mut primary(&["file", "version", "number"]))
                    .take(),
            )
            .await?;
        schema.create_index(index("segment", &["object"], true)).await?;
        for column in [
            // While it is true, `length` is the most that the upload may have.
            boolean("length_deferred").default(false).take(),
            integer("segments").default(0).take(),
            // Of the file that it becomes.
            integer("version").default(1).take(),
            // When the sender's own copy was last changed, as they say: the same file is known again by it.
            moment_null("modified_at"),
        ] {
            schema
                .alter_table(Table::alter().table("upload").add_column(column).take())
                .await?;
        }
        Ok(())
    }
}
