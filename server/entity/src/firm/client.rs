//! A company or person whom the firm serves.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub created_at: i64,
    pub portal_enabled_at: Option<i64>,
    pub suspended_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub notes: Option<Sealed<String>>,
    pub responsible: Option<Uuid>,
    pub restricted_at: Option<i64>,
    pub folded: String,
    pub room: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
