//! Second factors, the step in which one is asked for, and where a session comes from.

use crate::{bytes, bytes_null, index, moment, moment_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string, string_null, uuid},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_factors"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            schema.create_table(table).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        // The network's prefix, as text; empty for sessions from before.
        let network = string("network").default("").take();
        let session = Table::alter().table("session").add_column(network).take();
        schema.alter_table(session).await
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        // An authenticator app. The secret is sealed. `last_step` only grows: a code is taken once.
        Table::create()
            .table("totp")
            .col(pk_uuid("id"))
            .col(uuid("person"))
            .col(bytes("secret"))
            .col(big_integer("last_step"))
            .col(moment("created_at"))
            .col(moment_null("confirmed_at"))
            .take(),
        // Codes kept on paper: their HMAC alone, which 137 random bits allow.
        Table::create()
            .table("recovery_code")
            .col(pk_uuid("id"))
            .col(uuid("person"))
            .col(bytes("code_mac"))
            .col(moment("created_at"))
            .col(moment_null("used_at"))
            .take(),
        // Fresh recovery codes, sealed, until their owner has kept them or ten minutes are over. The id is the session's
        // or the sign-in step's.
        Table::create()
            .table("code_sheet")
            .col(pk_uuid("id"))
            .col(bytes("codes"))
            .col(moment("expires_at"))
            .take(),
        // A passkey, with the host at which it was made. The credential is sealed; its id is public, and looked up.
        Table::create()
            .table("passkey")
            .col(pk_uuid("id"))
            .col(uuid("person"))
            .col(string("kind"))
            .col(string("host"))
            .col(bytes("credential_id"))
            .col(bytes("credential"))
            .col(string("name"))
            .col(moment("created_at"))
            .col(moment_null("used_at"))
            .take(),
        // What an authenticator was asked to sign, sealed, until it answers in the same browser.
        Table::create()
            .table("passkey_challenge")
            .col(pk_uuid("id"))
            .col(bytes("browser_hash"))
            .col(bytes("state"))
            .col(moment("expires_at"))
            .take(),
        // Between a first proof and the session. Never a secret: the hash of the browser's verifier, the HMAC of a mailed
        // code.
        Table::create()
            .table("sign_in_step")
            .col(pk_uuid("id"))
            .col(uuid("person"))
            .col(string("kind"))
            .col(string("proof"))
            .col(string("next"))
            .col(bytes("browser_hash"))
            .col(integer("tries"))
            .col(bytes_null("mail_mac"))
            .col(integer("mail_tries"))
            .col(moment_null("mailed_at"))
            .col(moment_null("mail_proven_at"))
            // Proven, while the recovery codes that it came with are still to be kept.
            .col(string_null("factor"))
            .col(moment("created_at"))
            .col(moment("expires_at"))
            .col(moment_null("used_at"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("totp", &["person"], false),
        index("recovery_code", &["person"], false),
        index("passkey", &["person"], false),
        index("passkey", &["credential_id"], true),
        index("passkey_challenge", &["browser_hash"], false),
        index("sign_in_step", &["browser_hash"], false),
        index("sign_in_step", &["expires_at"], false),
    ]
}
