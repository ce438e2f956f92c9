//! Stores of others: S3 and what speaks its language, and Azure Blob Storage.

use std::path::Path;
use std::time::Duration;

use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::{HttpTransporter, Operator, services};
use opendal_http_transport_reqwest::ReqwestTransport;

use crate::error::StoreFault;

/// How long one request may take, and each piece of an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Further tries of a request that failed for the moment.
const TRIES: usize = 3;
/// The longest pause between two of them.
const PAUSE: Duration = Duration::from_secs(4);

/// A bucket of an S3 server.
#[derive(Clone)]
pub struct Bucket {
    /// `https://s3.eu-west-2.amazonaws.com`
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region that requests are signed for.
    pub signed_region: String,
    /// A folder within it, or empty.
    pub prefix: String,
    /// The access key's id.
    pub key_id: String,
    /// The access key's secret.
    pub secret: String,
}

/// A container of an Azure storage account.
#[derive(Clone)]
pub struct Container {
    /// `https://<account>.blob.core.windows.net`
    pub endpoint: String,
    /// The container's name.
    pub container: String,
    /// A folder within it, or empty.
    pub prefix: String,
    /// The account's name.
    pub account: String,
    /// One of its keys, in base64.
    pub key: String,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({} at {})", self.bucket, self.endpoint)
    }
}

impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Container({} at {})", self.container, self.endpoint)
    }
}

pub(super) fn s3(label: &str, at: &Bucket) -> Result<Operator, StoreFault> {
    speak_tls();
    let service = services::S3::default()
        .root(&at.prefix)
        .endpoint(&at.endpoint)
        .bucket(&at.bucket)
        .region(&at.signed_region)
        .access_key_id(&at.key_id)
        .secret_access_key(&at.secret)
        // Nothing but what the operator wrote down counts: no other account's keys from the environment or the machine.
        .disable_config_load()
        .disable_ec2_metadata();
    let operator = Operator::new(service).map_err(|fault| StoreFault::from_opendal(label, "open", fault))?;
    Ok(patient(operator))
}

pub(super) fn azure(label: &str, at: &Container) -> Result<Operator, StoreFault> {
    speak_tls();
    let service = services::Azblob::default()
        .root(&at.prefix)
        .endpoint(&at.endpoint)
        .container(&at.container)
        .account_name(&at.account)
        .account_key(&at.key);
    let operator = Operator::new(service).map_err(|fault| StoreFault::from_opendal(label, "open", fault))?;
    Ok(patient(operator))
}

/// A request is tried again: each writes, reads or deletes a whole object under a name of its own, so a second time does what
/// the first one did.
fn patient(operator: Operator) -> Operator {
    let again = RetryLayer::new()
        .with_max_times(TRIES)
        .with_max_delay(PAUSE)
        .with_jitter();
    let timely = TimeoutLayer::new().with_timeout(PATIENCE).with_io_timeout(PATIENCE);
    operator.layer(timely).layer(again)
}

/// Says once for the process how servers are reached. Who comes second finds it set already.
fn speak_tls() {
    // With two TLS providers compiled in, rustls would refuse to choose.
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpTransporter::install_default(ReqwestTransport::default());
}

/// Whether objects can wait in this folder on their way.
pub(super) fn folder(label: &str, spool: &Path) -> Result<(), StoreFault> {
    std::fs::create_dir_all(spool).map_err(|fault| StoreFault::from_io(label, "open", fault))
}
