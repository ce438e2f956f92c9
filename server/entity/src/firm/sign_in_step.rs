//! Between a first proof and the session.
#![expect(missing_docs, reason = "the columns are described in the migration")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person: Uuid,
    pub kind: String,
    pub proof: String,
    pub next: String,
    pub browser_hash: Vec<u8>,
    pub tries: i32,
    pub mail_mac: Option<Vec<u8>>,
    pub mail_tries: i32,
    pub mailed_at: Option<i64>,
    pub mail_proven_at: Option<i64>,
    pub factor: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
