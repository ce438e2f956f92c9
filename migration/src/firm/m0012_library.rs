//! The library: folders, tags, years, and what became of a file.

use crate::{bytes, index, moment, moment_null, primary};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, integer_null, pk_uuid, string, uuid, uuid_null},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0012_library"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        rebuild_file(schema).await?;
        for table in [folder(), file_tag()] {
            schema.create_table(table).await?;
        }
        schema
            .alter_table(
                Table::alter()
                    .table("file_look")
                    // When they took it to their own device first; a look at a preview alone leaves it empty.
                    .add_column(moment_null("downloaded_at"))
                    .take(),
            )
            .await?;
        // Until now every look was a download.
        let looked = Query::update()
            .table("file_look")
            .value("downloaded_at", Expr::col("first_at"))
            .take();
        schema.execute(looked).await?;
        for index in [
            index("folder", &["client"], false),
            index("file_tag", &["tag"], false),
            index("file", &["client", "created_at"], false),
            index("file", &["created_at"], false),
            index("file", &["thread"], false),
            index("file", &["message"], false),
            index("file", &["folder"], false),
            index("file", &["trashed_at"], false),
            index("file", &["form"], false),
        ] {
            schema.create_index(index).await?;
        }
        Ok(())
    }
}

/// Makes the file's table anew, with a thread and a message that may be absent: SQLite cannot change that of a column that
/// exists. What was sent with a message until now is shared.
async fn rebuild_file(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    const KEPT: [&str; 10] = [
        "id",
        "client",
        "thread",
        "message",
        "author_side",
        "author",
        "name",
        "version",
        "place",
        "created_at",
    ];
    schema.create_table(file("file_rebuilt")).await?;
    let kept = KEPT.map(Alias::new);
    let mut copied = Query::select();
    copied
        .columns(kept.clone())
        .column("created_at")
        .column("author")
        .from("file");
    let mut copy = Query::insert();
    copy.into_table("file_rebuilt")
        .columns(kept.into_iter().chain(["shared_at", "shared_by"].map(Alias::new)));
    copy.select_from(copied)
        .map_err(|error| DbErr::Migration(error.to_string()))?;
    schema.execute(copy).await?;
    schema.drop_table(Table::drop().table("file").take()).await?;
    schema
        .rename_table(Table::rename().table("file_rebuilt", "file").take())
        .await
}

fn file(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(pk_uuid("id"))
        .col(uuid("client"))
        // What it came with; neither for what staff put into the library itself.
        .col(uuid_null("thread"))
        .col(uuid_null("message"))
        .col(string("author_side"))
        .col(uuid("author"))
        .col(bytes("name"))
        .col(integer("version"))
        // Its place among the files of its message, from 0.
        .col(integer("place"))
        .col(moment("created_at"))
        // Since when the client's contacts see it, and who let them: the author of a message, or one of staff.
        .col(moment_null("shared_at"))
        .col(uuid_null("shared_by"))
        // When its author took it back. The row stays, its parts go.
        .col(moment_null("withdrawn_at"))
        .col(uuid_null("withdrawn_by"))
        // When one of staff put it into the trash, from where it goes for good.
        .col(moment_null("trashed_at"))
        .col(uuid_null("trashed_by"))
        .col(uuid_null("folder"))
        // The year that it is about.
        .col(integer_null("year"))
        // The form that put it into the library: a second press finds it.
        .col(uuid_null("form"))
        .take()
}

fn folder() -> TableCreateStatement {
    Table::create()
        .table("folder")
        .col(pk_uuid("id"))
        .col(uuid("client"))
        .col(uuid_null("parent"))
        .col(bytes("name"))
        .col(moment("created_at"))
        .col(uuid("created_by"))
        .take()
}

fn file_tag() -> TableCreateStatement {
    Table::create()
        .table("file_tag")
        .col(uuid("file"))
        .col(string("tag"))
        .primary_key(&mut primary(&["file", "tag"]))
        .take()
}
