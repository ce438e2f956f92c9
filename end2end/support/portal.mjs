// A portal of its own for each file of journeys: the built binary on a free port, with an empty data folder.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "./until.mjs";

export const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gatehouse");
export const binary = process.env.PORTAL_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(cache, "target"), "release", "gatehouse");

// Seeding the demo hashes a password for each of its people, which takes a moment on a busy machine.
const START_WITHIN_MS = 30_000;

/** A demo, over http on localhost. */
export async function startDemo() {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-journey-"));
    const port = await freePort();
    const environment = { GATEHOUSE_LISTEN: `127.0.0.1:${port}`, GATEHOUSE_DATA: join(folder, "demo") };
    const health = () => fetch(`http://127.0.0.1:${port}/health/ready`).then((answer) => answer.ok);
    return start({ folder, origin: `http://localhost:${port}`, command: ["demo"], environment, health });
}

/** A real firm without clients, over TLS by the server itself; `owner` signs in by password. */
export async function startFirm({ owner }) {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-journey-"));
    const port = await freePort();
    const [certificate, key] = await selfSigned(folder);
    const environment = {
        GATEHOUSE_LISTEN: `127.0.0.1:${port}`,
        GATEHOUSE_DATA: join(folder, "data"),
        GATEHOUSE_KEYS_FILE: join(folder, "root.key"),
        GATEHOUSE_SERVER_CERTIFICATE: certificate,
        GATEHOUSE_SERVER_CERTIFICATE_KEY: key,
    };
    const firm = ["firm", "create", "--name", "Larch & Lane", "--host", "localhost", "--owner", owner.name, "--address", owner.address];
    const made = spawn(binary, firm, { cwd: root, env: { ...process.env, ...environment }, stdio: ["pipe", "ignore", "inherit"] });
    made.stdin.end(`${owner.password}\n`);
    const code = await new Promise((settle) => made.once("exit", settle));
    if (code !== 0) throw new Error(`the firm was not created: ${code}`);
    const health = () =>
        new Promise((settle, fail) => {
            const asked = request({ port, host: "127.0.0.1", path: "/health/ready", rejectUnauthorized: false }, (answer) => {
                answer.resume();
                settle(answer.statusCode === 200);
            });
            asked.once("error", fail).end();
        });
    return start({ folder, origin: `https://localhost:${port}`, command: ["serve"], environment, health });
}

/** Starts the binary and waits until it answers. `stop()` ends it as a service manager would, and fails if it did not end well. */
async function start({ folder, origin, command, environment, health }) {
    const child = spawn(binary, command, { cwd: root, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (bytes) => (printed += bytes));
    child.stderr.on("data", (bytes) => (printed += bytes));
    const ended = new Promise((settle) => child.once("exit", (code, signal) => settle({ code, signal })));
    const ready = async () => {
        if (child.exitCode !== null) throw new Error(`the portal ended at once:\n${printed}`);
        return health().catch(() => false);
    };
    await until(ready, { what: () => `the portal answers; it printed:\n${printed}`, within: START_WITHIN_MS });
    return {
        origin,
        printed: () => printed,
        async stop() {
            child.kill("SIGTERM");
            const { code, signal } = await ended;
            await rm(folder, { recursive: true, force: true });
            if (code !== 0) throw new Error(`the portal ended with ${signal ?? code}:\n${printed}`);
        },
    };
}

async function selfSigned(folder) {
    const [certificate, key] = [join(folder, "localhost.pem"), join(folder, "localhost.key.pem")];
    await promisify(execFile)("openssl", [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate],
    ]);
    return [certificate, key];
}

/** A port that nobody listens on. */
export function freePort() {
    return new Promise((settle, fail) => {
        const probe = createServer();
        probe.once("error", fail);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => settle(port));
        });
    });
}
