//! A human who signs in for clients.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub address: String,
    pub password: Option<String>,
    pub created_at: i64,
    pub removed_at: Option<i64>,
    pub removed_by: Option<Uuid>,
    pub first_name: Option<String>,
    pub phone: Option<Sealed<String>>,
    pub invited_at: Option<i64>,
    pub activated_at: Option<i64>,
    pub suspended_at: Option<i64>,
    pub folded: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
