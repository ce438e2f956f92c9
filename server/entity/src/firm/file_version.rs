//! One version of a file, with its wrapped key.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub file: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub client_key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub store: String,
    pub manifest_object: Uuid,
    pub key_object: Uuid,
    pub received_at: i64,
    pub name: Option<Sealed<String>>,
    pub author_side: Option<String>,
    pub author: Option<Uuid>,
    pub form: Option<Uuid>,
    pub scan: Option<String>,
    pub found: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
