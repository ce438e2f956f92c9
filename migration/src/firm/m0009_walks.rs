//! Mailed links with steps behind them: whose they are, the second proof, and what is shown once to staff.

use crate::{bytes, bytes_null, index, moment, moment_null};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string, string_null, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_walks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            // One column a statement: SQLite knows no other way.
            schema
                .alter_table(Table::alter().table("one_time_token").add_column(column).take())
                .await?;
        }
        // What staff may read once: a copied link, a code to be read out. Sealed, and for the session that made it alone.
        schema
            .create_table(
                Table::create()
                    .table("slip")
                    .col(pk_uuid("id"))
                    .col(uuid("session"))
                    .col(uuid("thing"))
                    .col(string("kind"))
                    .col(bytes("words"))
                    .col(moment("until"))
                    .col(moment("expires_at"))
                    .take(),
            )
            .await?;
        for index in [
            index("one_time_token", &["contact"], false),
            index("one_time_token", &["staff"], false),
            index("one_time_token", &["address_mac"], false),
            index("slip", &["session", "thing"], false),
            index("slip", &["expires_at"], false),
        ] {
            schema.create_index(index).await?;
        }
        Ok(())
    }
}

fn columns() -> Vec<ColumnDef> {
    vec![
        // Whose it is, where that was known when it was made: `contact`, or this.
        uuid_null("staff"),
        // The code of the second proof: its HMAC, the way that it went (sms, mail or read_out), the job that carried it,
        // the tries with it, how often and when one was sent, and until when the last one works. Sending it again gives no
        // try back.
        bytes_null("second_mac"),
        string_null("second_way"),
        uuid_null("second_job"),
        integer("second_tries").default(0).take(),
        integer("second_sends").default(0).take(),
        moment_null("second_sent_at"),
        moment_null("second_until"),
        // When the second proof was right: from then on it belongs to that browser alone.
        moment_null("proven_at"),
        // When the password was set, or done without.
        moment_null("password_at"),
    ]
}
