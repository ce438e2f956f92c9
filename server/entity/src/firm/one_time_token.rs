//! A one-time link with its code.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub purpose: String,
    pub address_mac: Vec<u8>,
    pub address: Sealed<String>,
    pub secret_hash: Vec<u8>,
    pub code_mac: Vec<u8>,
    pub browser_hash: Vec<u8>,
    pub next: String,
    pub tries: i32,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub replaced_at: Option<i64>,
    pub contact: Option<Uuid>,
    pub staff: Option<Uuid>,
    pub second_mac: Option<Vec<u8>>,
    pub second_way: Option<String>,
    pub second_job: Option<Uuid>,
    pub second_tries: i32,
    pub second_sends: i32,
    pub second_sent_at: Option<i64>,
    pub second_until: Option<i64>,
    pub proven_at: Option<i64>,
    pub password_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
