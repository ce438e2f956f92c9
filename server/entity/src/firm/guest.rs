//! A browser that opened an upload-only link, and who says to sit before it.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub link: Uuid,
    pub browser_hash: Vec<u8>,
    pub created_at: i64,
    pub ends_at: i64,
    pub pin_at: Option<i64>,
    pub name: Option<String>,
    pub address: Option<String>,
    pub code_mac: Option<Vec<u8>>,
    pub code_tries: i32,
    pub code_sent_at: Option<i64>,
    pub proven_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
