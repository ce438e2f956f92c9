//! Sessions, one-time links, throttles, flashes, the queue and the audit log.

use crate::{bytes, index, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string, string_null, text, text_null, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_house"
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
            .table("session")
            .col(pk_uuid("id"))
            .col(bytes("token_hash"))
            .col(string("kind"))
            .col(uuid("person"))
            .col(text("factors"))
            .col(string("agent"))
            .col(moment("created_at"))
            .col(moment("seen_at"))
            .col(moment("idle_until"))
            .col(moment("ends_at"))
            .col(moment_null("ended_at"))
            .take(),
        // Never a secret: hashes of the link's secret and of the browser's verifier, HMACs of code and address.
        Table::create()
            .table("one_time_token")
            .col(pk_uuid("id"))
            .col(string("purpose"))
            .col(bytes("address_mac"))
            .col(bytes("address"))
            .col(bytes("secret_hash"))
            .col(bytes("code_mac"))
            .col(bytes("browser_hash"))
            .col(string("next"))
            .col(integer("tries"))
            .col(moment("created_at"))
            .col(moment("expires_at"))
            .col(moment_null("used_at"))
            .col(moment_null("replaced_at"))
            .col(uuid_null("contact"))
            .take(),
        Table::create()
            .table("throttle")
            .col(bytes("subject").primary_key())
            .col(integer("failures"))
            .col(moment("last_at"))
            .take(),
        Table::create()
            .table("flash")
            .col(uuid("session"))
            .col(string("form"))
            .col(bytes("body"))
            .col(moment("expires_at"))
            .primary_key(&mut primary(&["session", "form"]))
            .take(),
        Table::create()
            .table("job")
            .col(pk_uuid("id"))
            .col(string("kind"))
            .col(bytes("body"))
            .col(string_null("dedupe"))
            .col(moment("due_at"))
            .col(integer("attempts"))
            .col(moment_null("leased_until"))
            .col(moment_null("done_at"))
            .col(moment_null("failed_at"))
            .col(text_null("last_error"))
            .take(),
        Table::create()
            .table("audit_entry")
            .col(big_integer("number").primary_key())
            .col(moment("at"))
            .col(string("actor_kind"))
            .col(uuid_null("actor"))
            .col(string("verb"))
            .col(uuid_null("thing"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("session", &["token_hash"], true),
        index("session", &["person"], false),
        index("one_time_token", &["browser_hash"], false),
        index("one_time_token", &["expires_at"], false),
        index("job", &["dedupe"], true),
        index("job", &["due_at"], false),
    ]
}
