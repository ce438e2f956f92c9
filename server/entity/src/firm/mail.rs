//! A mail or text message that was queued, and what became of it.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use crate::Sealed;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub way: String,
    pub kind: String,
    pub side: Option<String>,
    pub person: Option<Uuid>,
    pub shown_to: String,
    pub subject: Option<String>,
    pub tries: i32,
    pub reply: Option<Sealed<String>>,
    pub queued_at: i64,
    pub sent_at: Option<i64>,
    pub bounced_at: Option<i64>,
    pub given_up_at: Option<i64>,
    pub dropped_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
