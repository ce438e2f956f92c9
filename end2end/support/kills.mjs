// Kills the real server with kill -9, again and again, while contacts upload and write, and looks afterwards whether everything
// that was acknowledged is there, once and byte for byte, and nothing is left over or readable.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { binary, freePort, root } from "./portal.mjs";
import { until } from "./until.mjs";

const PART = 8 * 1024 * 1024;
// In every text, name and file; nowhere in anything that rests.
const MARKER = "quillwort-planted";
const WITHIN_MS = 30_000;
const TUS = { "tus-resumable": "1.0.0" };

/** A demo that can be killed and started again over the same folder. */
async function openServer(environment) {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-kills-"));
    const port = await freePort();
    const server = { origin: `http://localhost:${port}`, folder, data: join(folder, "demo"), log: "", child: undefined, ended: undefined };
    server.begin = () => {
        const settings = { ...process.env, GATEHOUSE_LISTEN: `127.0.0.1:${port}`, GATEHOUSE_DATA: server.data, ...environment };
        const child = spawn(binary, ["demo"], { cwd: root, env: settings, stdio: ["ignore", "pipe", "pipe"] });
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (server.log += bytes));
        server.child = child;
        server.ended = new Promise((settle) => child.once("exit", (code, signal) => settle({ code, signal })));
    };
    server.start = async () => {
        server.begin();
        const ready = async () => {
            if (server.child.exitCode !== null) throw new Error(`the server ended at once:\n${server.log.slice(-4000)}`);
            return fetch(`${server.origin}/health/ready`).then((answer) => answer.ok, () => false);
        };
        await until(ready, { what: () => `the server answers:\n${server.log.slice(-4000)}`, within: WITHIN_MS });
    };
    server.kill = async () => {
        server.child.kill("SIGKILL");
        await server.ended;
    };
    server.stop = async () => {
        server.child.kill("SIGTERM");
        const { code, signal } = await server.ended;
        if (code !== 0) throw new Error(`the server ended with ${signal ?? code}:\n${server.log.slice(-4000)}`);
    };
    server.remove = () => rm(folder, { recursive: true, force: true });
    return server;
}

/** Uses a server of its own and leaves nothing of it, however that ends. */
export async function withServer(environment, use) {
    const server = await openServer(environment);
    try {
        const used = await use(server);
        await server.stop();
        return used;
    } finally {
        if (server.child && server.child.exitCode === null && server.child.signalCode === null) await server.kill();
        await server.remove();
    }
}

/** Signs a contact in by the link in the outbox's folder, and gives what asks in her name. */
export async function signIn(server, address = "anwen@marlowe.example") {
    const form = (fields, cookie) => ({
        method: "POST",
        body: new URLSearchParams(fields),
        redirect: "manual",
        headers: { accept: "text/html", origin: server.origin, ...(cookie && { cookie }) },
    });
    const asked = await fetch(`${server.origin}/api/ask_link`, form({ address, next: "", from: "/sign-in" }));
    const outbox = join(server.data, "outbox");
    const link = await until(
        () => {
            const letters = fs.existsSync(outbox) ? fs.readdirSync(outbox).filter((name) => /^[^.].*\.json$/.test(name)) : [];
            const texts = letters.map((name) => JSON.parse(fs.readFileSync(join(outbox, name), "utf8"))).filter(({ to }) => to === address);
            return texts.map(({ text }) => /\/link\/([0-9a-f]{32})#(\S+)/.exec(text)).find(Boolean);
        },
        { what: "a link lies in the outbox", within: WITHIN_MS },
    );
    const entered = await fetch(`${server.origin}/api/redeem_link`, form({ id: link[1], secret: link[2] }, `link=${cookie(asked, "link")}`));
    const own = `session=${cookie(entered, "session")}`;
    const ask = (path, settings = {}) =>
        fetch(`${server.origin}${path}`, { redirect: "manual", ...settings, headers: { cookie: own, origin: server.origin, ...settings.headers } });
    ask.cookie = own;
    return ask;
}

function cookie(answer, name) {
    const line = answer.headers.getSetCookie().find((text) => text.startsWith(`${name}=`));
    if (!line) throw new Error(`no cookie ${name} with status ${answer.status}`);
    return line.split(";")[0].slice(name.length + 1);
}

/** Begins a thread and gives its id. */
export async function beginThread(ask) {
    const blank = await (await ask("/api/new_thread", { headers: { accept: "application/json" } })).json();
    const begun = await post(ask, "/api/start_thread", { client: blank.clients[0].id, subject: `${MARKER} subject`, text: MARKER, uploads: [], form: blank.form });
    if (begun.status !== 200) throw new Error(`no thread: ${begun.status} ${await begun.text()}`);
    return begun.json();
}

function post(ask, path, body) {
    return ask(path, { method: "POST", body: JSON.stringify(body), headers: { accept: "application/json", "content-type": "application/json" } });
}

/** Announces a file and gives its path. */
export async function announce(ask, thread, name, length) {
    const text = (value) => Buffer.from(value).toString("base64");
    const headers = { ...TUS, "upload-length": String(length), "upload-metadata": `filename ${text(name)},thread ${text(thread)}` };
    const answer = await ask("/uploads", { method: "POST", headers });
    if (answer.status !== 201) throw new Error(`an upload was refused with ${answer.status}: ${await answer.text()}`);
    return answer.headers.get("location");
}

/** Posts a message with uploads and gives what the server says of it. */
export async function say(ask, thread, text, uploads, form = randomBytes(16).toString("hex")) {
    const answer = await post(ask, "/api/post_message", { thread, text, uploads, form });
    if (answer.status !== 200) throw new Error(`a message was refused with ${answer.status}: ${await answer.text()}`);
    return answer.json();
}

/**
 * Kills a server `kills` times and fails at the first thing that was lost, doubled, left over or readable. `tell` hears how far
 * it is. Gives figures.
 */
export function killAndCompare({ kills, tell = () => {} }) {
    return withServer({}, (server) => killIn(server, kills, tell));
}

async function killIn(server, kills, tell) {
    const figures = { kills, whileStarting: 0, messages: 0, files: 0, bytes: 0, resumed: 0, repeated: 0, swept: 0, readyMs: [] };
    await server.start();
    const ask = await signIn(server);
    const thread = await beginThread(ask);
    const before = objects(server).length;
    const items = [];
    for (let kill = 0; kill < kills; kill += 1) {
        let over = false;
        const work = Array.from({ length: 4 }, () => writeOn({ ask, thread, items, figures, over: () => over }));
        await pause(5 + Math.random() * 250);
        over = true;
        await server.kill();
        await failures(work);
        // Every fifth time it is killed once more before it listens: while it opens its databases and looks at their schema.
        if (kill % 5 === 4) {
            server.begin();
            await pause(Math.random() * 30);
            await server.kill();
            figures.whileStarting += 1;
        }
        const begun = performance.now();
        await server.start();
        figures.readyMs.push(performance.now() - begun);
        await standing(ask, items);
        if (kill % 50 === 49) tell(`${kill + 1} of ${kills} kills, ${items.length} messages`);
    }
    // Whatever was begun is brought to its end.
    await failures([0, 1, 2, 3].map(() => writeOn({ ask, thread, items, figures, over: () => items.every((item) => item.done || item.busy) })));
    await compare(ask, thread, items, figures);
    const expected = before + items.filter((item) => item.content).reduce((sum, { content }) => sum + Math.ceil(content.length / PART) + 2, 0);
    await sweep(server, expected, figures);
    await unreadable(server);
    return figures;
}

/** What a worker rejects with, unless the server was killed under it. */
async function failures(work) {
    for (const ended of await Promise.allSettled(work)) if (ended.status === "rejected") throw ended.reason;
}

/** One contact's window: it goes on with what is unfinished, else it begins something new, until the server is gone. */
async function writeOn(town) {
    while (!town.over()) {
        let item = town.items.find((other) => !other.done && !other.busy);
        if (!item) {
            item = newItem(town.items.length);
            town.items.push(item);
        }
        item.busy = true;
        try {
            await goOn(town, item);
        } catch (error) {
            // A connection that broke because the server was killed is what this is about.
            if (!(error instanceof TypeError)) throw error;
            if (town.over()) return;
            await pause(5);
        } finally {
            item.busy = false;
        }
    }
}

function newItem(number) {
    const text = `${MARKER} message ${number}`;
    const dice = Math.random();
    const length = dice < 0.4 ? 0 : dice < 0.7 ? 2_000 : dice < 0.9 ? 1_500_000 : PART + 700_000;
    const content = length > 0 && Buffer.alloc(length, `${MARKER} content of ${number}, ${randomBytes(8).toString("hex")} `);
    return { text, content, form: randomBytes(16).toString("hex"), path: undefined, acknowledged: 0, tried: false, done: false, busy: false };
}

async function goOn({ ask, thread, figures }, item) {
    const lost = (what) => new Error(`${item.text}: ${what}`);
    if (item.content && !item.uploaded) {
        item.path ??= await announce(ask, thread, `${MARKER} ${item.form}.bin`, item.content.length);
        const head = await ask(item.path, { method: "HEAD", headers: TUS });
        if (head.status !== 200) throw lost(`its upload is gone, with ${head.status}`);
        const offset = Number(head.headers.get("upload-offset"));
        if (offset < item.acknowledged) throw lost(`${item.acknowledged} bytes were acknowledged and ${offset} are there`);
        if (offset > 0) figures.resumed += 1;
        // All bytes can be there without the seal that ends them, when the kill came between. So an empty rest is sent, too.
        const headers = { ...TUS, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" };
        // Half of the requests bring only some of what is left, so that they stop inside a part.
        const until = Math.random() < 0.5 ? item.content.length : offset + Math.ceil(Math.random() * (item.content.length - offset));
        const sent = await ask(item.path, { method: "PATCH", body: item.content.subarray(offset, until), headers });
        if (sent.status === 423 || sent.status === 409) return;
        if (sent.status !== 204) throw lost(`its bytes were refused with ${sent.status}: ${await sent.text()}`);
        item.acknowledged = Number(sent.headers.get("upload-offset"));
        item.uploaded = item.acknowledged === item.content.length;
        if (!item.uploaded) return;
    }
    if (item.tried) figures.repeated += 1;
    item.tried = true;
    await say(ask, thread, item.text, item.content ? [item.path.split("/").at(-1)] : [], item.form);
    item.done = true;
}

/** After each start: what was acknowledged of unfinished uploads stands. */
async function standing(ask, items) {
    for (const item of items) {
        if (!item.path || item.done || item.tried) continue;
        const head = await ask(item.path, { method: "HEAD", headers: TUS });
        const offset = Number(head.headers.get("upload-offset"));
        if (head.status !== 200 || offset < item.acknowledged) {
            throw new Error(`${item.text}: ${item.acknowledged} bytes were acknowledged; ${offset} are there, with ${head.status}`);
        }
    }
}

/** Every message once, with its file, byte for byte. */
async function compare(ask, thread, items, figures) {
    const found = new Map();
    for (let before = ""; ; ) {
        const view = await (await ask(`/api/thread?id=${thread}${before}`, { headers: { accept: "application/json" } })).json();
        for (const message of view.messages) found.set(message.text, [...(found.get(message.text) ?? []), message]);
        if (view.earlier === 0) break;
        before = `&before=${view.messages[0].number}`;
    }
    for (const { text, content } of items) {
        const messages = found.get(text) ?? [];
        if (messages.length !== 1) throw new Error(`${text} is there ${messages.length} times`);
        figures.messages += 1;
        const { files } = messages[0];
        if (files.length !== (content ? 1 : 0)) throw new Error(`${text} has ${files.length} files`);
        if (!content) continue;
        const back = Buffer.from(await (await ask(`/files/${files[0].id}/content`)).arrayBuffer());
        const digest = createHash("sha256").update(content).digest("hex");
        if (!back.equals(content) || files[0].sha256 !== digest) throw new Error(`${text} has another file than was sent`);
        figures.files += 1;
        figures.bytes += content.length;
    }
}

function objects(server) {
    const store = join(server.data, "store");
    return fs.existsSync(store) ? fs.readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];
}

/** The sweep at the start takes what no row names, once it is older than a day; so all of it is made two days old. */
async function sweep(server, expected, figures) {
    await server.stop();
    const old = Date.now() / 1000 - 2 * 24 * 3600;
    const all = objects(server);
    for (const entry of all) fs.utimesSync(join(entry.parentPath, entry.name), old, old);
    await server.start();
    const left = () => objects(server).length;
    await until(() => left() <= expected, { what: () => `${left()} objects are the ${expected} that are named`, within: WITHIN_MS });
    if (left() !== expected) throw new Error(`${left()} objects are left, and ${expected} are named`);
    figures.swept = all.length - expected;
}

/** Nothing that was written or sent stands anywhere in the data folder or the log; the same search finds it where it does. */
async function unreadable(server) {
    const within = (bytes) => bytes.includes(MARKER) || bytes.includes(Buffer.from(MARKER, "utf16le"));
    const search = () => {
        const files = fs.readdirSync(server.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        return files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => within(fs.readFileSync(path)));
    };
    const hits = search();
    if (hits.length > 0) throw new Error(`readable in ${hits.join(", ")}`);
    if (within(server.log)) throw new Error("readable in the log");
    const control = join(server.data, "control");
    fs.writeFileSync(control, `before ${MARKER} after`);
    if (search().length !== 1) throw new Error("the search does not find what is there");
    fs.rmSync(control);
}
