// A portal of its own for each file of journeys: the built binary in demo mode, on a free port, with an empty data folder.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.mjs";

export const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gatehouse");
const binary = join(process.env.CARGO_TARGET_DIR ?? join(cache, "target"), "release", "gatehouse");

// Seeding the demo hashes a password for each of its people, which takes a moment on a busy machine.
const START_WITHIN_MS = 30_000;

/** Starts a demo and waits until it answers. `stop()` ends it as a service manager would, and says if it did not end well. */
export async function startPortal() {
    const data = await mkdtemp(join(tmpdir(), "gatehouse-journey-"));
    const port = await freePort();
    const child = spawn(binary, ["demo"], {
        cwd: root,
        env: { ...process.env, GATEHOUSE_LISTEN: `127.0.0.1:${port}`, GATEHOUSE_DATA: join(data, "demo") },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout.on("data", (bytes) => (printed += bytes));
    child.stderr.on("data", (bytes) => (printed += bytes));
    const ended = new Promise((settle) => child.once("exit", (code, signal) => settle({ code, signal })));

    const origin = `http://localhost:${port}`;
    const ready = async () => {
        if (child.exitCode !== null) throw new Error(`the demo ended at once:\n${printed}`);
        return fetch(`http://127.0.0.1:${port}/health/ready`).then((answer) => answer.ok, () => false);
    };
    await until(ready, { what: () => `the demo answers; it printed:\n${printed}`, within: START_WITHIN_MS });

    return {
        origin,
        data,
        printed: () => printed,
        async stop() {
            child.kill("SIGTERM");
            const { code, signal } = await ended;
            await rm(data, { recursive: true, force: true });
            if (code !== 0) throw new Error(`the demo ended with ${signal ?? code}:\n${printed}`);
        },
    };
}

function freePort() {
    return new Promise((settle, fail) => {
        const probe = createServer();
        probe.once("error", fail);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => settle(port));
        });
    });
}
