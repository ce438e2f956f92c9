//! The parent's side.

use crate::{Drawn, Kind, Limits, Unrenderable};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use std::{
    convert::Infallible,
    io,
    path::{Path, PathBuf},
    pin::pin,
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// The one argument of a program that is to be the child: its `main` then calls [`crate::child`].
pub const ARGUMENT: &str = "render";
/// How long a preview may take from start to end, the file's own way to the child included: 10 s.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes that are read of the child's answer: 32 MiB, half of what 16 million pixels take when nothing can be compressed.
const ANSWER: u64 = 32 << 20;
/// The child's whole environment. The server's allocator, mimalloc, reserves a gibibyte of address space at the start, from
/// which it would serve a bomb before the child's limit counts. Here it reserves so many KiB at a time.
const RESERVE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");

/// Bytes of the answer's first line: `ok` and three numbers of ten digits fit.
const HEADER: usize = 40;

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The child looked at the file and gave a reason.
    #[error(transparent)]
    Refused(#[from] Unrenderable),
    /// The child could not be started.
    #[error("the renderer did not start")]
    Start(#[source] io::Error),
    /// The file's bytes did not arrive from where they are kept.
    #[error("the file could not be read")]
    Source,
    /// The child was killed, by its limits or by a fault, or gave up.
    #[error("the renderer died")]
    Died,
    /// The child's answer was none, or longer than 32 MiB.
    #[error("the renderer's answer makes no sense")]
    Garbage,
    /// The child did not end in time and was killed.
    #[error("the renderer took too long")]
    TimedOut,
}

/// How to start children that draw.
#[derive(Debug, Clone)]
pub struct Child {
    program: PathBuf,
    patience: Duration,
}

impl Child {
    /// `program` is an absolute path, such as [`std::env::current_exe`] tells, of a program that calls [`crate::child`] when
    /// its only argument is [`ARGUMENT`].
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            patience: PATIENCE,
        }
    }

    /// How long a preview may take instead of [`PATIENCE`].
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Draws page `page`, counted from 1, of a file that arrives piece by piece.
    ///
    /// The child inherits neither environment nor folder, and has nothing to speak with but two pipes. When the future is
    /// dropped, the child is killed.
    ///
    /// # Errors
    /// [`Failed`], whatever the child does.
    pub async fn draw<S, E>(&self, kind: Kind, page: u32, bytes: S) -> Result<Drawn, Failed>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let mut process = Command::new(&self.program)
            .arg(ARGUMENT)
            .env_clear()
            .env(RESERVE.0, RESERVE.1)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Failed::Start)?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(Failed::Start(io::ErrorKind::BrokenPipe.into()));
        };
        let talk = async {
            let ((), answer) = tokio::try_join!(send(input, kind, page, bytes), receive(output))?;
            // A child that closed its pipe need not have ended, and one that was killed may have spoken before.
            match process.wait().await {
                Ok(status) if status.success() => read(answer),
                Ok(_) | Err(_) => Err(Failed::Died),
            }
        };
        let result = timeout(self.patience, talk).await.unwrap_or(Err(Failed::TimedOut));
        if result.is_err() {
            // It may be gone already. Waiting for it leaves no zombie.
            let _ = process.kill().await;
        }
        result
    }
}

/// Draws page `page`, counted from 1, of a file that is in memory, in a child of the program at `program`.
///
/// # Errors
/// [`Failed`], whatever the child does.
pub async fn run(program: &Path, kind: Kind, page: u32, bytes: Bytes) -> Result<Drawn, Failed> {
    Child::new(program)
        .draw(kind, page, stream::iter([Ok::<_, Infallible>(bytes)]))
        .await
}

/// Writes the question and closes the pipe. A child that does not want to hear more says why in its answer, so that is no
/// error here.
async fn send<S, E>(mut input: impl AsyncWrite + Unpin, kind: Kind, page: u32, bytes: S) -> Result<(), Failed>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    if input.write_all(format!("{kind} {page}\n").as_bytes()).await.is_err() {
        return Ok(());
    }
    let mut bytes = pin!(bytes);
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|_| Failed::Source)?;
        if input.write_all(&piece).await.is_err() {
            return Ok(());
        }
    }
    let _ = input.shutdown().await;
    Ok(())
}

/// Reads all that the child says. Its pipe closes when this returns, so that a child that says too much ends.
async fn receive(output: impl AsyncRead + Unpin) -> Result<Vec<u8>, Failed> {
    let mut answer = Vec::new();
    output
        .take(ANSWER + 1)
        .read_to_end(&mut answer)
        .await
        .map_err(|_| Failed::Died)?;
    if answer.len() as u64 > ANSWER {
        Err(Failed::Garbage)
    } else {
        Ok(answer)
    }
}

/// Reads an answer. A child that a file took over may say anything, so it is believed only as far as it can be checked:
/// the picture is a PNG, as large as the line says, and no larger than asked for.
fn read(mut answer: Vec<u8>) -> Result<Drawn, Failed> {
    let end = answer
        .iter()
        .take(HEADER)
        .position(|byte| *byte == b'\n')
        .ok_or(Failed::Garbage)?;
    let line = str::from_utf8(&answer[..end]).map_err(|_| Failed::Garbage)?;
    let mut words = line.split(' ');
    match words.next() {
        Some("ok") => {
            let mut number = || {
                words
                    .next()
                    .and_then(|word| word.parse::<u32>().ok())
                    .ok_or(Failed::Garbage)
            };
            let (width, height, pages) = (number()?, number()?, number()?);
            let more = words.next().is_some();
            let png = answer.split_off(end + 1);
            let limits = Limits::default();
            let fits = u64::from(width) * u64::from(height) <= u64::from(limits.pixels) && width <= limits.side;
            if more || pages == 0 || !fits || size(&png) != Some((width, height)) {
                return Err(Failed::Garbage);
            }
            Ok(Drawn {
                png,
                width,
                height,
                pages,
            })
        }
        Some("no") if answer.len() == end + 1 => Err(words
            .next()
            .and_then(|word| word.parse().ok())
            .map_or(Failed::Garbage, Failed::Refused)),
        _ => Err(Failed::Garbage),
    }
}

/// The width and height that a PNG's first chunk says (W3C PNG, 11.2.1).
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let sizes = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, rest) = sizes.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png
    }

    fn answer(line: &str, png: &[u8]) -> Result<Drawn, Failed> {
        read([line.as_bytes(), png].concat())
    }

    #[test]
    fn an_answer_is_read() {
        let drawn = answer("ok 4 3 2\n", &png(4, 3)).unwrap();
        assert_eq!(
            drawn,
            Drawn {
                png: png(4, 3),
                width: 4,
                height: 3,
                pages: 2
            }
        );
        assert!(matches!(
            answer("no encrypted\n", b""),
            Err(Failed::Refused(Unrenderable::Encrypted))
        ));
    }

    #[test]
    fn garbage_is_called_so() {
        let fine = png(4, 3);
        for (line, png) in [
            ("", &b""[..]),
            ("\n", b""),
            ("ok 4 3 2", b""),
            ("ok 4 3 2\n", b""),
            ("ok 4 3\n", &fine),
            ("ok 4 3 0\n", &fine),
            ("ok 4 3 2 1\n", &fine),
            ("ok 3 4 2\n", &fine),
            ("ok -4 3 2\n", &fine),
            ("ok 4 3 99999999999999999999999999999999999999999\n", &fine),
            ("ok 1600 20000 1\n", &png(1600, 20000)),
            ("ok 1601 1 1\n", &png(1601, 1)),
            ("ok 4 3 1\n", b"<svg onload=alert(1)>"),
            ("no\n", b""),
            ("no idea\n", b""),
            ("no damaged\n", &fine),
            ("yes\n", &fine),
        ] {
            assert!(matches!(answer(line, png), Err(Failed::Garbage)), "{line}");
        }
    }
}
