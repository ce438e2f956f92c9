//! Files, their versions and parts, and uploads.

use crate::{bytes, bytes_null, index, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_files"
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
            .table("file")
            .col(pk_uuid("id"))
            .col(uuid("client"))
            .col(uuid("thread"))
            .col(uuid("message"))
            .col(string("author_side"))
            .col(uuid("author"))
            .col(bytes("name"))
            .col(integer("version"))
            // Its place among the files of its message, from 0.
            .col(integer("place"))
            .col(moment("created_at"))
            .take(),
        Table::create()
            .table("file_version")
            .col(uuid("file"))
            .col(integer("version"))
            .col(integer("client_key_version"))
            .col(bytes("wrapped_key"))
            .col(big_integer("size"))
            .col(bytes("sha256"))
            .col(string("store"))
            .col(uuid("manifest_object"))
            .col(uuid("key_object"))
            .col(moment("received_at"))
            .primary_key(&mut primary(&["file", "version"]))
            .take(),
        // The commit point of a part: an object that no row names is an orphan.
        Table::create()
            .table("file_part")
            .col(uuid("file"))
            .col(integer("version"))
            .col(integer("number"))
            .col(big_integer("size"))
            .col(string("store"))
            .col(uuid("object"))
            .col(bytes("salt"))
            .col(bytes("commitment"))
            .primary_key(&mut primary(&["file", "version", "number"]))
            .take(),
        Table::create()
            .table("upload")
            .col(pk_uuid("id"))
            .col(uuid("client"))
            .col(uuid_null("thread"))
            .col(string("author_side"))
            .col(uuid("author"))
            // The file that it becomes; parts are written under this id from the start.
            .col(uuid("file"))
            .col(bytes("name"))
            .col(big_integer("length"))
            .col(big_integer("received"))
            .col(integer("client_key_version"))
            .col(bytes("wrapped_key"))
            .col(bytes_null("digest_state"))
            .col(bytes_null("sha256"))
            .col(string("store"))
            .col(uuid_null("manifest_object"))
            .col(uuid_null("key_object"))
            .col(moment("created_at"))
            .col(moment("touched_at"))
            .col(moment_null("completed_at"))
            .take(),
        // Who of the other side opened a file, and when first.
        Table::create()
            .table("file_look")
            .col(uuid("file"))
            .col(uuid("reader"))
            .col(string("reader_side"))
            .col(moment("first_at"))
            .primary_key(&mut primary(&["file", "reader"]))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("file", &["client", "created_at"], false),
        index("file", &["created_at"], false),
        index("file", &["thread"], false),
        index("file", &["message"], false),
        index("upload", &["author"], false),
        index("upload", &["touched_at"], false),
        index("file_part", &["object"], true),
    ]
}
