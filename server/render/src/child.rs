//! The child's side.

use crate::{Drawn, Kind, Limits, Unrenderable, draw};
use rlimit::Resource;
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    panic,
    process::ExitCode,
};

/// Bytes of address space that may be added to what the program occupies when it starts: 768 MiB. The largest picture
/// allowed takes 400 MB when decoded, and a decoder works on half as much again.
const MEMORY: u64 = 768 << 20;
/// Seconds of processor time, after which the kernel kills. The parent's patience ends as early; this is for a child whose
/// parent is gone.
const SECONDS: u64 = 10;
/// The descriptors that the child was given: the two pipes and a stderr that leads nowhere. No other is opened.
const DESCRIPTORS: u64 = 3;
/// Bytes of the header line: the longest kind, a blank, ten digits and the line's end fit twice.
const HEADER: u64 = 32;

/// Draws one preview as a child of [`crate::run`]: reads `kind page` and a file from stdin, writes a header line and a PNG
/// to stdout.
///
/// Call it first of all in `main` when the only argument is [`crate::ARGUMENT`], before a thread is started or a file is
/// opened. It lowers the limits of its process, for good, before it reads; it opens no file and starts no thread, and says
/// nothing on stderr. It succeeds also when the answer is that there is no preview.
pub fn child() -> ExitCode {
    // Where a decoder panicked, and over which value, is the file's content.
    panic::set_hook(Box::new(|_| {}));
    if lower().is_err() {
        return ExitCode::FAILURE;
    }
    match panic::catch_unwind(|| answer(&mut BufReader::new(io::stdin().lock()), &mut io::stdout().lock())) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) | Err(_) => ExitCode::FAILURE,
    }
}

/// Lowers what this process may use.
fn lower() -> io::Result<()> {
    set(Resource::AS, MEMORY.saturating_add(occupied()))?;
    set(Resource::CPU, SECONDS)?;
    set(Resource::CORE, 0)?;
    // Pipes are no files in this respect.
    set(Resource::FSIZE, 0)?;
    set(Resource::NOFILE, DESCRIPTORS)?;
    // Neither a process nor a thread; the kernel does not hold root to it.
    if Resource::NPROC.is_supported() {
        set(Resource::NPROC, 0)?;
    }
    Ok(())
}

/// Sets both limits, so that the process cannot raise them again; a lower one that it inherited stays.
fn set(resource: Resource, limit: u64) -> io::Result<()> {
    let (_, hard) = resource.get()?;
    resource.set(limit.min(hard), limit.min(hard))
}

/// Bytes of address space that the process occupies already: the program itself, and what an allocator reserves at the
/// start without using it. The kernel counts both, and a limit below would let not even the stack grow. 0 where there is
/// no `/proc`.
fn occupied() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .unwrap_or_default();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
    kibibytes * 1024
}

/// Reads a question and writes its answer.
fn answer(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let (kind, page) = question(input)?;
    let limits = Limits::default();
    let mut bytes = Vec::new();
    // One byte more tells a file that is too large from one that just fits.
    input.take(limits.bytes as u64 + 1).read_to_end(&mut bytes)?;
    match draw(kind, page, &bytes, &limits) {
        Ok(Drawn {
            png,
            width,
            height,
            pages,
        }) => {
            writeln!(output, "ok {width} {height} {pages}")?;
            output.write_all(&png)?;
        }
        Err(reason) => writeln!(output, "no {}", Unrenderable::as_str(reason))?,
    }
    output.flush()
}

fn question(input: &mut impl BufRead) -> io::Result<(Kind, u32)> {
    let mut line = Vec::new();
    input.by_ref().take(HEADER).read_until(b'\n', &mut line)?;
    str::from_utf8(&line)
        .ok()
        .and_then(|line| line.strip_suffix('\n')?.split_once(' '))
        .and_then(|(kind, page)| Some((kind.parse().ok()?, page.parse().ok()?)))
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(input: &[u8]) -> io::Result<String> {
        let mut output = Vec::new();
        answer(&mut BufReader::new(input), &mut output)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    #[test]
    fn every_question_gets_a_line_or_none_at_all() {
        assert_eq!(asked(b"text 1\nhello").unwrap(), "no unsupported\n");
        assert_eq!(asked(b"png 1\nhello").unwrap(), "no damaged\n");
        assert_eq!(asked(b"png 2\nhello").unwrap(), "no page\n");
        let long = [b'1'; 100];
        for line in [
            &b""[..],
            b"png",
            b"png 1",
            b"png\n",
            b"png -1\n",
            b"exe 1\n",
            b"png 1 1\n",
            b"\xff 1\n",
            &long,
        ] {
            assert!(asked(line).is_err(), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn what_a_process_occupies_is_known() {
        assert!(occupied() > 1 << 20);
    }
}
