//! The registry: firms, hostnames and wrapped keys.

mod m0001_firms;

use sea_orm_migration::prelude::*;

/// The registry's migrations, oldest first.
pub struct Registry;

#[async_trait::async_trait]
impl MigratorTrait for Registry {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_firms::Migration)]
    }
}
