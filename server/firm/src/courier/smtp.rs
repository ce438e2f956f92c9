//! Mail by SMTP, to the one server that the operator named.

use super::{Letter, Undelivered};
use crate::error::Fault;
use domain::Moment;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        AsyncSmtpTransportBuilder, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};
use uuid::Uuid;

/// How a certificate begins in PEM (RFC 7468 section 5.1).
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";
/// Time to connect.
const CONNECT: Duration = Duration::from_secs(20);
/// Time for a whole conversation. It ends well before a job's lease does.
const PATIENCE: Duration = Duration::from_mins(1);
/// Seconds for which a server that could not be reached is left alone, so that a long queue does not wait for it letter by
/// letter.
const REST: i64 = 15;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314), usually port 465.
    Tls,
    /// Plain at first, then TLS or nothing, usually port 587.
    StartTls,
    /// Plain, which is for a mail server on this machine.
    None,
}

/// What the operator says about the mail server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// Name and password, where it asks for them. Never logged.
    pub login: Option<(String, String)>,
    /// A certificate authority to be trusted beside the public ones, PEM.
    pub authority: Option<Vec<u8>>,
    /// The name by which we greet; without one, an address literal.
    pub hello: Option<String>,
}

/// A mail server, with a few connections that are kept open between letters.
#[derive(Clone)]
pub struct Smtp {
    builder: Arc<AsyncSmtpTransportBuilder>,
    transport: Arc<Mutex<AsyncSmtpTransport<Tokio1Executor>>>,
    patience: Duration,
    host: Arc<str>,
    rests_until: Arc<AtomicI64>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.host)
    }
}

impl Smtp {
    /// Prepares the way; nothing is connected yet. It is called within the runtime, which tends the connections.
    ///
    /// # Errors
    /// The authority is not a PEM certificate, or the host is not a name.
    pub fn new(settings: &SmtpSettings) -> Result<Self, Fault> {
        let bad = |what: &str| Fault::Setting(format!("[mail] {what}"));
        let mut parameters = TlsParameters::builder(settings.host.clone());
        if let Some(pem) = &settings.authority {
            // A file without a certificate would be taken for a list of none.
            if !pem.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE) {
                return Err(bad("authority: a PEM file with a certificate is expected"));
            }
            let authority =
                Certificate::from_pem(pem).map_err(|_| bad("authority: a PEM file with a certificate is expected"))?;
            parameters = parameters.add_root_certificate(authority);
        }
        let parameters = parameters
            .build_rustls()
            .map_err(|_| bad("host: the name of a mail server is expected"))?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .timeout(Some(CONNECT))
            .tls(match settings.security {
                Security::Tls => Tls::Wrapper(parameters),
                Security::StartTls => Tls::Required(parameters),
                Security::None => Tls::None,
            })
            .pool_config(PoolConfig::new().max_size(4));
        if let Some((user, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        if let Some(hello) = &settings.hello {
            builder = builder.hello_name(ClientId::Domain(hello.clone()));
        }
        Ok(Self {
            transport: Arc::new(Mutex::new(builder.clone().build())),
            builder: Arc::new(builder),
            patience: PATIENCE,
            host: settings.host.as_str().into(),
            rests_until: Arc::default(),
        })
    }

    /// Hands a letter over. The answer is the server's word for having taken it.
    pub(super) async fn send(&self, id: Uuid, letter: &Letter) -> Result<String, Undelivered> {
        if letter.at.0 < self.rests_until.load(Ordering::Relaxed) {
            return Err(Undelivered::Later(format!("{} could not be reached", self.host)));
        }
        let message = message(id, letter)?;
        let transport = self.current();
        let response = self.in_time(letter.at, transport.send(message)).await?;
        Ok(words(
            &response.code().to_string(),
            response.message().collect::<Vec<_>>().join(" ").trim(),
        ))
    }

    /// Connects, greets and signs in, and hands over nothing.
    ///
    /// # Errors
    /// Whatever would keep a letter from leaving.
    pub async fn probe(&self, now: Moment) -> Result<(), Undelivered> {
        let transport = self.current();
        if self.in_time(now, transport.test_connection()).await? {
            Ok(())
        } else {
            Err(Undelivered::Later(format!("{} hangs up at once", self.host)))
        }
    }

    fn current(&self) -> AsyncSmtpTransport<Tokio1Executor> {
        self.transport.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for an answer, and not for ever. After a silence the connections are given up: a late answer on one of them
    /// would be taken for the answer to the next letter.
    async fn in_time<T>(
        &self,
        at: Moment,
        asked: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Undelivered> {
        if let Ok(answered) = tokio::time::timeout(self.patience, asked).await {
            return answered.map_err(|error| self.undelivered(&error, at));
        }
        *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = (*self.builder).clone().build();
        self.rest(at);
        Err(Undelivered::Later(format!("{} does not answer", self.host)))
    }

    fn rest(&self, at: Moment) {
        self.rests_until.store(at.plus_seconds(REST).0, Ordering::Relaxed);
    }

    fn undelivered(&self, error: &lettre::transport::smtp::Error, at: Moment) -> Undelivered {
        let Some(code) = error.status() else {
            self.rest(at);
            let host = &self.host;
            return Undelivered::Later(if error.is_tls() {
                format!("the certificate of {host} is not trusted, or it does not speak TLS on this port")
            } else if error.is_timeout() {
                format!("{host} does not answer")
            } else if error.is_client() {
                format!("{host} does not offer what the settings ask for: {}", cause(error))
            } else {
                format!("{host} could not be reached")
            });
        };
        let reply = words(&code.to_string(), &cause(error));
        // 550 to 556 speak of this recipient or this letter. The other refusals, a wrong password among them, are ours to
        // mend, and the letter is as good as before.
        match code.to_string().as_str() {
            "550" | "551" | "552" | "553" | "554" | "555" | "556" => Undelivered::Never(reply),
            _ => Undelivered::Later(reply),
        }
    }
}

/// What the library says went wrong, without its own preamble.
fn cause(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}

fn words(code: &str, text: &str) -> String {
    format!("{code} {text}").trim().to_owned()
}

/// The letter in the form of RFC 5322. The same job makes the same Message-ID, by which a mail program knows a duplicate.
fn message(id: Uuid, letter: &Letter) -> Result<Message, Undelivered> {
    let never = |what: &str| Undelivered::Never(what.to_owned());
    let (name, from) = letter
        .from
        .rsplit_once('<')
        .and_then(|(name, rest)| Some((name.trim(), rest.strip_suffix('>')?)))
        .ok_or_else(|| never("the sender is not an address"))?;
    let from: Address = from.parse().map_err(|_| never("the sender is not an address"))?;
    let to: Address = letter
        .to
        .parse()
        .map_err(|_| never("this is not an address that mail can be sent to"))?;
    let message_id = format!("<{}@{}>", id.simple(), from.domain());
    let at = UNIX_EPOCH + Duration::from_millis(letter.at.0.unsigned_abs());
    let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    Message::builder()
        .from(Mailbox::new(Some(name.to_owned()), from))
        .to(Mailbox::new(None, to))
        .subject(letter.subject.clone())
        .date(at)
        .message_id(Some(message_id))
        // RFC 3834: no holiday notice answers a machine. The second header says it to Exchange.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|_| never("the letter cannot be put into the form of a mail"))
}

#[cfg(test)]
mod tests;
