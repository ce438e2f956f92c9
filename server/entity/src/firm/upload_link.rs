//! An upload-only link: by it somebody without an account sends files to a client of the firm.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client: Uuid,
    pub label: Sealed<String>,
    pub made_by: Uuid,
    pub created_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
    pub ended_by: Option<Uuid>,
    pub secret_hash: Vec<u8>,
    pub pin_mac: Option<Vec<u8>>,
    pub pin_tries: i32,
    pub room: i64,
    pub taken_bytes: i64,
    pub taken_files: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
