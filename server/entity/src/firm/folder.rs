//! A folder of a client's files.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "folder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client: Uuid,
    pub parent: Option<Uuid>,
    pub name: Sealed<String>,
    pub created_at: i64,
    pub created_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
