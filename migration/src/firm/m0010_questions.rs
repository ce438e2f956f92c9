//! What a contact answered to the security questions of their choice.

use crate::{bytes, index, moment};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string, uuid},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_questions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // The question is sealed. Of the answer there is its Argon2id hash alone; `place` is where it stands among the
        // contact's others, in which order they are asked.
        schema
            .create_table(
                Table::create()
                    .table("security_answer")
                    .col(pk_uuid("id"))
                    .col(uuid("contact"))
                    .col(integer("place"))
                    .col(bytes("question"))
                    .col(string("answer_hash"))
                    .col(moment("created_at"))
                    .take(),
            )
            .await?;
        schema
            .create_index(index("security_answer", &["contact", "place"], true))
            .await
    }
}
