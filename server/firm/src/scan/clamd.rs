//! clamd's own protocol (clamd(8)): `INSTREAM` over a socket, a null-terminated command and answer.

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use std::{fmt, io, path::PathBuf, pin::pin, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// How long a connection, a piece or a pause between two may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the verdict may take once all bytes are there: archives are unpacked by then.
const VERDICT: Duration = Duration::from_mins(5);
/// Bytes of an answer: a path and the name of a signature.
const ANSWER: usize = 4096;
/// Bytes of a chunk: as many as a piece of a file has.
const CHUNK: usize = 256 * 1024;

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `unix:/run/clamav/clamd.ctl`
    Unix(PathBuf),
    /// `127.0.0.1:3310`. The way is not encrypted: another machine should be reached by a tunnel.
    Tcp(String),
}

impl Address {
    /// Reads `unix:` and an absolute path, or a host and a port.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return path.is_absolute().then_some(Self::Unix(path));
        }
        let (host, port) = text.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        (!host.is_empty() && port > 0).then(|| Self::Tcp(text.to_owned()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => f.write_str(address),
        }
    }
}

/// What clamd says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was found.
    Clean,
    /// The name of what was found.
    Found(String),
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// Why there is no verdict.
#[derive(Debug)]
pub(crate) enum Failed {
    /// clamd cannot be reached, for no file.
    Unreachable(io::Error),
    /// It falls silent or gives up over this file (it has more bytes than `StreamMaxLength`, say), or a byte of the file does
    /// not come.
    NoVerdict(io::Error),
}

/// Has a file looked at as it streams by.
///
/// # Errors
/// [`Failed`].
pub(crate) async fn scan<S>(address: &Address, bytes: S) -> Result<Verdict, Failed>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let line = connect(address).await.map_err(Failed::Unreachable)?;
    stream(line, bytes).await.map_err(Failed::NoVerdict)
}

async fn stream<S>(mut line: Box<dyn Line>, bytes: S) -> io::Result<Verdict>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    soon(line.write_all(b"zINSTREAM\0")).await?;
    let mut bytes = pin!(bytes);
    while let Some(piece) = bytes.next().await {
        let piece = piece?;
        for chunk in piece.chunks(CHUNK) {
            let length = u32::try_from(chunk.len()).unwrap_or_default();
            let sent = async {
                line.write_all(&length.to_be_bytes()).await?;
                line.write_all(chunk).await
            };
            if let Err(error) = soon(sent).await {
                // It closes the line when it has enough, and says why before.
                return Err(soon(answer(&mut line)).await.map_or(error, |said| gave_up(&said)));
            }
        }
    }
    soon(line.write_all(&0_u32.to_be_bytes())).await?;
    read(&timeout(VERDICT, answer(&mut line)).await.map_err(|_| silent())??)
}

/// Which clamd answers, for whoever sets it up.
///
/// # Errors
/// It cannot be reached or speaks another language.
pub async fn version(address: &Address) -> io::Result<String> {
    let mut line = connect(address).await?;
    soon(line.write_all(b"zVERSION\0")).await?;
    let said = soon(answer(&mut line)).await?;
    if said.starts_with("ClamAV ") {
        Ok(said)
    } else {
        Err(gave_up(&said))
    }
}

async fn connect(address: &Address) -> io::Result<Box<dyn Line>> {
    soon(async {
        Ok(match address {
            Address::Unix(path) => Box::new(UnixStream::connect(path).await?) as Box<dyn Line>,
            Address::Tcp(address) => Box::new(TcpStream::connect(address).await?),
        })
    })
    .await
}

/// What it says, up to the byte that ends it: the line may stay open.
async fn answer(line: &mut Box<dyn Line>) -> io::Result<String> {
    let mut said = Vec::new();
    while said.len() < ANSWER {
        let mut piece = [0; 256];
        let read = line.read(&mut piece).await?;
        said.extend_from_slice(&piece[..read]);
        if read == 0 || said.contains(&0) {
            break;
        }
    }
    let said = said.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(said).trim().to_owned())
}

/// What clamd "finds" where it did not look at all of a file (`AlertExceedsMax`).
const NOT_ALL: &str = "Heuristics.Limits.Exceeded";

/// `stream: OK`, `stream: Some.Name FOUND`; everything else is no verdict.
fn read(said: &str) -> io::Result<Verdict> {
    let verdict = said.strip_prefix("stream: ").unwrap_or_default();
    if verdict == "OK" {
        return Ok(Verdict::Clean);
    }
    match verdict.strip_suffix(" FOUND") {
        Some(name) if !name.is_empty() && !name.starts_with(NOT_ALL) && name.chars().all(|c| c.is_ascii_graphic()) => {
            Ok(Verdict::Found(name.chars().take(100).collect()))
        }
        _ => Err(gave_up(said)),
    }
}

async fn soon<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, work).await.map_err(|_| silent())?
}

fn silent() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the scanner is silent")
}

fn gave_up(said: &str) -> io::Error {
    let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
    io::Error::other(format!("the scanner gave no verdict: “{said}”"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_verdicts_are_taken() {
        assert_eq!(read("stream: OK").unwrap(), Verdict::Clean);
        let found = Verdict::Found("Win.Test.EICAR_HDB-1".to_owned());
        assert_eq!(read("stream: Win.Test.EICAR_HDB-1 FOUND").unwrap(), found);
        for odd in [
            "",
            "OK",
            "stream: ",
            "stream: FOUND",
            "stream:  FOUND",
            "stream: not OK",
            "stream: OK\nstream: X FOUND",
            "INSTREAM size limit exceeded. ERROR",
            "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND",
            "UNKNOWN COMMAND",
        ] {
            assert!(read(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn an_address_is_an_absolute_path_or_a_host_with_a_port() {
        assert!(matches!(
            Address::parse("unix:/run/clamav/clamd.ctl"),
            Some(Address::Unix(_))
        ));
        assert!(matches!(Address::parse("127.0.0.1:3310"), Some(Address::Tcp(_))));
        assert!(matches!(Address::parse("[::1]:3310"), Some(Address::Tcp(_))));
        for odd in [
            "",
            "unix:",
            "unix:clamd.ctl",
            "clamd",
            ":3310",
            "host:",
            "host:0",
            "host:99999",
        ] {
            assert_eq!(Address::parse(odd), None, "{odd}");
        }
    }
}
