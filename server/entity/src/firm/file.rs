//! A stored document.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client: Uuid,
    pub thread: Option<Uuid>,
    pub message: Option<Uuid>,
    pub author_side: String,
    pub author: Uuid,
    pub name: Sealed<String>,
    pub version: i32,
    pub place: i32,
    pub created_at: i64,
    pub shared_at: Option<i64>,
    pub shared_by: Option<Uuid>,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_by: Option<Uuid>,
    pub trashed_at: Option<i64>,
    pub trashed_by: Option<Uuid>,
    pub folder: Option<Uuid>,
    pub year: Option<i32>,
    pub form: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
