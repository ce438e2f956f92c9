//! Settings, secrets, staff, clients and contacts.

use crate::{bytes, index, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, pk_uuid, string, string_null, text, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_people"
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
            .table("setting")
            .col(string("name").primary_key())
            .col(text("value"))
            .take(),
        // Column key, HMAC key and cookie key, wrapped by the firm key.
        Table::create()
            .table("secret")
            .col(string("purpose"))
            .col(integer("version"))
            .col(integer("firm_key_version"))
            .col(bytes("wrapped"))
            .col(moment("created_at"))
            .primary_key(&mut primary(&["purpose", "version"]))
            .take(),
        // One address is either staff or contact: the primary key decides races.
        Table::create()
            .table("address")
            .col(string("address").primary_key())
            .col(string("kind"))
            .col(uuid("person"))
            .take(),
        Table::create()
            .table("staff")
            .col(pk_uuid("id"))
            .col(string("name"))
            .col(string("title"))
            .col(string("address"))
            .col(string("role"))
            .col(string_null("password"))
            .col(moment("created_at"))
            .col(moment_null("removed_at"))
            .col(uuid_null("removed_by"))
            .take(),
        Table::create()
            .table("client")
            .col(pk_uuid("id"))
            .col(string("name"))
            .col(moment("created_at"))
            .col(moment_null("portal_enabled_at"))
            .col(moment_null("suspended_at"))
            .col(moment_null("closed_at"))
            .take(),
        Table::create()
            .table("contact")
            .col(pk_uuid("id"))
            .col(string("name"))
            .col(string("address"))
            .col(string_null("password"))
            .col(moment("created_at"))
            .col(moment_null("removed_at"))
            .col(uuid_null("removed_by"))
            .take(),
        Table::create()
            .table("client_contact")
            .col(uuid("client"))
            .col(uuid("contact"))
            .col(boolean("may_approve"))
            .col(boolean("may_see_financials"))
            .col(moment("created_at"))
            .primary_key(&mut primary(&["client", "contact"]))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("client_contact", &["contact"], false)]
}
