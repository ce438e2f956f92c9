//! The log of what was sent to whom.

use crate::{bytes_null, index, moment, moment_null};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string, string_null, text_null, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_mail"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // Its id is the id of the job that sends it. `way` is mail or text; `subject` stays empty for texts, whose words may
        // hold a code; the reply is sealed, because a gateway's may name the number.
        schema
            .create_table(
                Table::create()
                    .table("mail")
                    .col(pk_uuid("id"))
                    .col(string("way"))
                    .col(string("kind"))
                    .col(string_null("side"))
                    .col(uuid_null("person"))
                    .col(string("shown_to"))
                    .col(text_null("subject"))
                    .col(integer("tries"))
                    .col(bytes_null("reply"))
                    .col(moment("queued_at"))
                    .col(moment_null("sent_at"))
                    .col(moment_null("bounced_at"))
                    .col(moment_null("given_up_at"))
                    .col(moment_null("dropped_at"))
                    .take(),
            )
            .await?;
        schema.create_index(index("mail", &["queued_at"], false)).await?;
        schema
            .create_index(index("mail", &["person", "queued_at"], false))
            .await
    }
}
