//! How much room a client's files may take.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0015_room"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // Bytes; none where the firm's usual holds.
        let room = big_integer_null("room");
        schema
            .alter_table(Table::alter().table("client").add_column(room).take())
            .await
    }
}
