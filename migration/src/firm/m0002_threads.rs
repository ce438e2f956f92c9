//! Threads, messages, drafts and read marks.

use crate::{bytes, index, moment, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, pk_uuid, string, uuid},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_threads"
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
            .table("thread")
            .col(pk_uuid("id"))
            .col(uuid("client"))
            .col(bytes("subject"))
            .col(string("author_side"))
            .col(uuid("author"))
            .col(moment("created_at"))
            // The form that began it: a second press finds the thread instead of making another.
            .col(uuid("form"))
            .col(big_integer("last_number"))
            .col(moment("last_at"))
            .take(),
        Table::create()
            .table("message")
            .col(pk_uuid("id"))
            .col(uuid("thread"))
            .col(big_integer("number"))
            .col(string("author_side"))
            .col(uuid("author"))
            .col(bytes("text"))
            .col(moment("at"))
            .col(uuid("form"))
            .take(),
        Table::create()
            .table("draft")
            .col(uuid("thread"))
            .col(uuid("author"))
            .col(bytes("text"))
            .col(moment("saved_at"))
            .primary_key(&mut primary(&["thread", "author"]))
            .take(),
        // How far a person has read a thread: the number of the last message seen.
        Table::create()
            .table("read_mark")
            .col(uuid("thread"))
            .col(uuid("reader"))
            .col(string("reader_side"))
            .col(big_integer("number"))
            .col(moment("at"))
            .primary_key(&mut primary(&["thread", "reader"]))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("thread", &["client", "last_at"], false),
        index("thread", &["last_at"], false),
        index("thread", &["form"], true),
        index("message", &["thread", "number"], true),
        index("message", &["form"], true),
        index("read_mark", &["reader"], false),
    ]
}
