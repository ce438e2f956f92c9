//! A document on its way in.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client: Uuid,
    pub thread: Option<Uuid>,
    pub author_side: String,
    pub author: Uuid,
    pub file: Uuid,
    pub name: Sealed<String>,
    pub length: i64,
    pub received: i64,
    pub client_key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub digest_state: Option<Sealed<Vec<u8>>>,
    pub sha256: Option<Vec<u8>>,
    pub store: String,
    pub manifest_object: Option<Uuid>,
    pub key_object: Option<Uuid>,
    pub created_at: i64,
    pub touched_at: i64,
    pub completed_at: Option<i64>,
    pub length_deferred: bool,
    pub segments: i32,
    pub version: i32,
    pub modified_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
