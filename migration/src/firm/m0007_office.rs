//! What staff keep about clients and contacts, who of them sees a restricted client, and what an audit entry says besides.

use crate::{bytes_null, index, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{string, string_null, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_office"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            // One column a statement: SQLite knows no other way.
            schema
                .alter_table(Table::alter().table(table).add_column(column).take())
                .await?;
        }
        for table in tables() {
            schema.create_table(table).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }
}

fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        // Sealed.
        ("client", bytes_null("notes")),
        // The name in lower case, by which it is searched and sorted alike on both engines.
        ("client", string("folded").default("").take()),
        ("contact", string("folded").default("").take()),
        // The member of staff who looks after them.
        ("client", uuid_null("responsible")),
        // From then on, of all members only those in `client_staff` see the client.
        ("client", moment_null("restricted_at")),
        // How letters address them; the rest of the name stands in `name`.
        ("contact", string_null("first_name")),
        // E.164, sealed.
        ("contact", bytes_null("phone")),
        ("contact", moment_null("invited_at")),
        // When they came in first.
        ("contact", moment_null("activated_at")),
        ("contact", moment_null("suspended_at")),
        ("staff", moment_null("invited_at")),
        // The restricted clients that this member does not see: 16 bytes each, ascending. It repeats what `client` and
        // `client_staff` say, so that resuming a session stays one row; null is worked out afresh.
        ("staff", bytes_null("kept_off")),
        // A reason, or what a setting was and is; sealed.
        ("audit_entry", bytes_null("detail")),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("client_tag")
            .col(uuid("client"))
            .col(string("tag"))
            .primary_key(&mut primary(&["client", "tag"]))
            .take(),
        Table::create()
            .table("client_staff")
            .col(uuid("client"))
            .col(uuid("staff"))
            .col(moment("created_at"))
            .primary_key(&mut primary(&["client", "staff"]))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("client_tag", &["tag"], false),
        index("client_staff", &["staff"], false),
        index("client", &["folded"], false),
        index("client", &["restricted_at"], false),
        index("contact", &["folded"], false),
        index("audit_entry", &["thing"], false),
        index("audit_entry", &["actor"], false),
    ]
}
