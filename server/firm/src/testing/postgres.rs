//! A private PostgreSQL: a cluster in a temporary folder, started by the first test that asks and ended with the
//! process.
//!
//! PostgreSQL refuses to run as root, so under root it runs as the user `postgres` of Debian's package. A small shell
//! holds the server: when this process ends, however it ends, the shell's input closes and it stops the server.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock},
};

const SCRIPT: &str = r#"
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$1/initdb" --auth=trust --username=gatehouse --encoding=UTF8 --locale=C --no-sync --pgdata="$folder/data" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
port=$2
"$1/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" -c max_connections=400 -c shared_buffers=64MB -c fsync=off >"$folder/log" 2>&1 </dev/null &
server=$!
until "$1/pg_isready" -q -h 127.0.0.1 -p "$port"; do
  kill -0 $server 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
done
echo ready
read -r _ || true
kill -INT $server
wait $server 2>/dev/null || true
"#;

/// The cluster, with the pipe that keeps it alive.
static CLUSTER: OnceLock<(String, Mutex<ChildStdin>)> = OnceLock::new();

/// The address of the private server, without a database's name. Starts it at the first call.
///
/// # Panics
/// PostgreSQL is not installed or does not start: the suite must fail then, never shrink.
pub fn url() -> String {
    CLUSTER.get_or_init(start).0.clone()
}

#[expect(
    clippy::zombie_processes,
    reason = "it ends after this process, which is the point of the pipe"
)]
fn start() -> (String, Mutex<ChildStdin>) {
    let programs = programs().expect("PostgreSQL is not installed: run scripts/setup test");
    let port = free_port();
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut child = command
        .args(["-c", SCRIPT, "postgres"])
        .arg(&programs)
        .arg(port.to_string())
        .env("TMPDIR", "/tmp")
        .current_dir("/tmp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("its answer");
    assert_eq!(line.trim(), "ready", "PostgreSQL did not start");
    let held = child.stdin.take().expect("its input");
    (format!("postgres://gatehouse@127.0.0.1:{port}"), Mutex::new(held))
}

/// A program of the installed PostgreSQL.
pub(super) fn program(name: &str) -> PathBuf {
    programs().expect("PostgreSQL is not installed").join(name)
}

/// The newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

fn is_root() -> bool {
    let own = Path::new("/proc/self");
    std::fs::metadata(own).is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
