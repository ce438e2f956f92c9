//! `POST /files/zip`: several files, or all of a client, as one zip that streams.
//!
//! Nothing is gathered first: each file is opened when its turn comes, and what is packed leaves at once. Files are stored, not
//! compressed: most are PDF and pictures, and a wait for nothing would be the reader's. It is a POST because the ticks of a
//! list are a form, and because whoever downloads is noted.

use super::{SANDBOX, disposition, put};
use crate::{answer, library::refused, middleware::request_id::hex, state::House};
use ::zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions, write::StreamWriter};
use app::desk::Desk;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{ClientId, FileId, Moment, Problem, limits};
use firm::{
    Actor, Firm,
    error::Fault,
    files,
    library::{self, Bundle, Bundled, CHECKSUMS, MANIFEST, MISSING},
};
use futures::{StreamExt as _, stream};
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use std::{
    fmt::Write as _,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc;

/// Pieces that wait for the line, each of up to 256 KiB.
const AHEAD: usize = 2;

/// What the form says.
#[derive(Default)]
struct Typed {
    files: Vec<FileId>,
    client: Option<ClientId>,
    from: String,
}

/// `POST /files/zip`: the files that are named, or with `client` all of theirs and a list of their digests.
pub async fn send(
    State(house): State<House>,
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(body) = axum::body::to_bytes(body, limits::FORM_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut typed = Typed::default();
    match typed.read(&body) {
        Ok(()) => {}
        Err(problem) => return answer::problem(&problem),
    }
    let found = match typed.client {
        Some(client) => library::export(&desk.firm, &desk.actor, client).await,
        None => library::chosen(&desk.firm, &desk.actor, &typed.files).await,
    };
    let begun = match found {
        Ok(bundle) => {
            let name = format!("{}.zip", bundle.name);
            streamed(&house, &desk, bundle).await.map(|body| (name, body))
        }
        Err(error) => Err(error),
    };
    match begun {
        Ok((name, body)) => {
            let mut response = body.into_response();
            let headers = response.headers_mut();
            put(headers, CONTENT_TYPE, "application/zip");
            put(headers, CACHE_CONTROL, "private, no-store");
            put(headers, CONTENT_SECURITY_POLICY, SANDBOX);
            headers.insert(CONTENT_DISPOSITION, disposition::attachment(&name));
            response
        }
        Err(error) => {
            let problem = error.into_problem(&desk.request_id.0);
            refused(&desk, &typed.from, problem, answer::wants_page(&headers)).await
        }
    }
}

impl Typed {
    fn read(&mut self, body: &[u8]) -> Result<(), Problem> {
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "file" => self.files.push(value.parse().map_err(|_| Problem::NotFound)?),
                "client" => self.client = Some(value.parse().map_err(|_| Problem::NotFound)?),
                "from" => self.from = value.into_owned(),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The body, once its first bytes are there: until then an answer can still say that it fails.
async fn streamed(house: &House, desk: &Desk, bundle: Bundle) -> firm::Result<Body> {
    let (pieces, mut taken) = mpsc::channel(AHEAD);
    let (firm, actor) = (Arc::clone(&desk.firm), desk.actor.clone());
    house.ending.tasks.spawn(async move {
        let mut packing = Packing::new(pieces);
        if let Err(Stopped::Failed(error)) = packing.all(&firm, &actor, &bundle).await {
            // A later piece that fails breaks the connection off: the browser shows a failed download.
            drop(packing.pieces.send(Err(*error)).await);
        }
    });
    let first = taken.recv().await.transpose()?;
    let rest = stream::unfold(taken, |mut taken| async {
        let piece = taken.recv().await?;
        let piece = piece.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a download of several files stopped"
            );
            io::Error::other("a stored file does not open")
        });
        Some((piece, taken))
    });
    Ok(Body::from_stream(stream::iter(first.map(Ok)).chain(rest)))
}

/// Why packing ended early.
enum Stopped {
    /// Nobody takes the pieces any more.
    Left,
    /// A file does not open, or the archive cannot be written.
    Failed(Box<firm::Error>),
}

impl From<firm::Error> for Stopped {
    fn from(error: firm::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl From<ZipError> for Stopped {
    fn from(error: ZipError) -> Self {
        io::Error::other(error).into()
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        let fault = Fault::File {
            doing: "pack files",
            source: error,
        };
        Self::Failed(Box::new(fault.into()))
    }
}

/// What the archive's writer has written and nobody has sent.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Packing {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    pieces: mpsc::Sender<firm::Result<Bytes>>,
    manifest: csv::Writer<Vec<u8>>,
    checksums: String,
    missing: String,
}

impl Packing {
    fn new(pieces: mpsc::Sender<firm::Result<Bytes>>) -> Self {
        let written = Written::default();
        Self {
            zip: ZipWriter::new_stream(written.clone()),
            written,
            pieces,
            manifest: csv::Writer::from_writer(Vec::new()),
            checksums: String::new(),
            missing: String::new(),
        }
    }

    async fn all(&mut self, firm: &Arc<Firm>, actor: &Actor, bundle: &Bundle) -> Result<(), Stopped> {
        self.listed(["path", "bytes", "sha256", "received"])?;
        for file in &bundle.files {
            self.one(firm, actor, file).await?;
        }
        let now = firm.now();
        if bundle.client.is_some() {
            let manifest = mem::replace(&mut self.manifest, csv::Writer::from_writer(Vec::new()));
            let manifest = manifest
                .into_inner()
                .map_err(|error| io::Error::other(error.to_string()))?;
            self.text(MANIFEST, now, &manifest).await?;
            let checksums = mem::take(&mut self.checksums);
            self.text(CHECKSUMS, now, checksums.as_bytes()).await?;
        }
        if !self.missing.is_empty() {
            let words = format!(
                "These files are not in this download: they were withdrawn or removed while it was on its way, or they are not\r\nthrough the check for viruses.\r\n\r\n{}",
                self.missing
            );
            self.text(MISSING, now, words.as_bytes()).await?;
        }
        mem::replace(&mut self.zip, ZipWriter::new_stream(Written::default())).finish()?;
        self.pass().await
    }

    async fn one(&mut self, firm: &Arc<Firm>, actor: &Actor, file: &Bundled) -> Result<(), Stopped> {
        let content = match files::content(firm, actor, file.id).await {
            Ok(content) => content,
            // It went since the list was made, or the scanner holds it. The others are not lost for it, and the archive says so.
            Err(firm::Error::Problem(_)) => {
                self.missing.push_str(&file.path);
                self.missing.push_str("\r\n");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Box::pin(content.open(0..content.size).await?);
        self.zip.start_file(&*file.path, options(file.created, content.size))?;
        while let Some(piece) = bytes.next().await {
            self.zip.write_all(&piece?)?;
            self.pass().await?;
        }
        let digest = hex(&content.sha256);
        self.listed([&file.path, &content.size.to_string(), &digest, &file.created.machine()])?;
        // Writing into a string cannot fail.
        let _ = writeln!(self.checksums, "{digest}  {}", file.path);
        Ok(())
    }

    async fn text(&mut self, name: &str, at: Moment, text: &[u8]) -> Result<(), Stopped> {
        self.zip.start_file(name, options(at, text.len() as u64))?;
        self.zip.write_all(text)?;
        self.pass().await
    }

    /// A line of the manifest. A spreadsheet takes what begins with these signs for a formula, so an apostrophe goes before.
    fn listed(&mut self, cells: [&str; 4]) -> Result<(), Stopped> {
        let cells = cells.map(|cell| {
            if cell.starts_with(['=', '+', '-', '@']) {
                format!("'{cell}")
            } else {
                cell.to_owned()
            }
        });
        self.manifest.write_record(cells).map_err(io::Error::other)?;
        Ok(())
    }

    /// Sends what is packed so far.
    async fn pass(&mut self) -> Result<(), Stopped> {
        let written = mem::take(&mut *self.written.0.lock().unwrap_or_else(PoisonError::into_inner));
        if written.is_empty() {
            return Ok(());
        }
        self.pieces.send(Ok(written.into())).await.map_err(|_| Stopped::Left)
    }
}

fn options(at: Moment, size: u64) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(stamp(at))
        .unix_permissions(0o644)
        .large_file(size >= u64::from(u32::MAX))
}

/// The time as an archive keeps it: from 1980 to 2107, in steps of two seconds.
fn stamp(at: Moment) -> DateTime {
    let text = at.machine();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u16>().ok());
    let small = |start: usize| {
        number(start..start + 2)
            .and_then(|number| u8::try_from(number).ok())
            .unwrap_or(0)
    };
    DateTime::from_date_and_time(
        number(0..4).unwrap_or(0),
        small(5),
        small(8),
        small(11),
        small(14),
        small(17),
    )
    .unwrap_or_default()
}
