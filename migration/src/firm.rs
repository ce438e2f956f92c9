//! A firm's own database: its people, threads, files and queue.

mod m0001_people;
mod m0002_threads;
mod m0003_files;
mod m0004_house;
mod m0006_factors;
mod m0007_office;
mod m0008_mail;
mod m0009_walks;
mod m0010_questions;
mod m0011_legacy_addresses;
mod m0012_library;
mod m0013_segments;
mod m0014_versions;
mod m0015_room;
mod m0016_scan;
mod m0017_upload_links;

use sea_orm_migration::prelude::*;

/// A firm's migrations, oldest first.
pub struct Firm;

#[async_trait::async_trait]
impl MigratorTrait for Firm {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_threads::Migration),
            Box::new(m0003_files::Migration),
            Box::new(m0004_house::Migration),
            Box::new(m0006_factors::Migration),
            Box::new(m0007_office::Migration),
            Box::new(m0008_mail::Migration),
            Box::new(m0009_walks::Migration),
            Box::new(m0010_questions::Migration),
            Box::new(m0011_legacy_addresses::Migration),
            Box::new(m0012_library::Migration),
            Box::new(m0013_segments::Migration),
            Box::new(m0014_versions::Migration),
            Box::new(m0015_room::Migration),
            Box::new(m0016_scan::Migration),
            Box::new(m0017_upload_links::Migration),
        ]
    }
}
