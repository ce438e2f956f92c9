// The long part of `make soak`: kills, foreign clients, a flood, sqlmap, and 2 GiB up and down, against the built server. Fails at the first thing that
// does not hold, prints what it measured, and writes the memory of the transfers into docs/benchmarks.md. `--only large` and the
// like run one part.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { breakDiskAndCompare } from "../end2end/support/broken_disk.mjs";
import { byTusJs, byTuspy, sendAndCompare } from "../end2end/support/foreign.mjs";
import { announce, beginThread, killAndCompare, say, signIn, withServer } from "../end2end/support/kills.mjs";
import { appCodeOf } from "../end2end/support/outbox.mjs";
import { contact, staff } from "../end2end/support/people.mjs";

const option = (name, otherwise) => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const kills = option("--kills", 300);
const connections = option("--connections", 2_000);
const gigabytes = option("--gib", 2);
// Of each client of the tus protocol that nobody here wrote.
const uploads = option("--uploads", 250);
// How often each kind of address is tried at each form, and for how long at most: a password costs 25 ms and more.
const tries = option("--tries", 10_000);
const seconds = option("--seconds", 900);
// S3: between the medians of two kinds of address, with a doubt of 5 % (two one-sided tests).
const MOST_APART_MS = 0.2;
const DOUBT = 1.645;
// Tries of each kind whose medians are compared with each other.
const BLOCK = 15;
// Above what the server needs when idle, however long the file: PERFORMANCE goals of the house.
const MOST_MB = 32;
const DOC = "docs/benchmarks.md";
const HEADING = "## Two gibibytes through the server";

const megabytes = (pid, field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const at = (times, share) => [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)];
const failed = [];

const parts = { killed, failing, foreign, flooded, injected, alike, large };
const only = process.argv.includes("--only") ? [process.argv[process.argv.indexOf("--only") + 1]] : Object.keys(parts);
for (const part of only) await parts[part]();
if (failed.length > 0) {
    console.error(`Does not hold: ${failed.join("; ")}`);
    process.exit(1);
}

async function killed() {
    const figures = await killAndCompare({ kills, tell: (how) => console.log(how) });
    const { readyMs, ...counts } = figures;
    console.log(`kills: ${JSON.stringify(counts)}`);
    console.log(`kills: nothing acknowledged was lost; ready again after ${at(readyMs, 0.5).toFixed(0)} ms, at most ${at(readyMs, 1).toFixed(0)} ms`);
}

async function failing() {
    console.log(`failing disk: ${JSON.stringify(await breakDiskAndCompare({ turns: 50 }))} while no sync succeeded; then it went on`);
}

async function foreign() {
    for (const [name, send] of [["tus-js-client", byTusJs], ["tuspy", byTuspy]]) {
        const { bytes, broken } = await sendAndCompare({ uploads, send, tell: (how) => console.log(`${name}: ${how}`) });
        console.log(`${name}: ${uploads} uploads, ${(bytes / 1e6).toFixed(0)} MB, byte for byte through a line that broke ${broken} times`);
    }
}

// Connections that say nothing, and connections that say one byte of a header now and then. Others must not notice much.
function flooded() {
    return withServer({ GATEHOUSE_LOG_FILTER: "warn" }, floodIn);
}

async function floodIn(server) {
    await server.start();
    const ask = await signIn(server);
    const calm = await visits(ask);
    const port = new URL(server.origin).port;
    const sockets = await Promise.all(Array.from({ length: connections }, (_, number) => hold(port, number % 2 === 0)));
    const open = sockets.filter(Boolean);
    const drip = setInterval(() => open.forEach((socket) => socket.slow && socket.write("x")), 1_000);
    const crowded = await visits(ask);
    clearInterval(drip);
    open.forEach((socket) => socket.destroy());
    const [before, during] = [at(calm, 0.99), at(crowded, 0.99)];
    console.log(`flood: ${open.length} idle and slow connections; the home page takes p99 ${during.toFixed(1)} ms, and ${before.toFixed(1)} ms without them`);
    if (open.length < connections) failed.push(`only ${open.length} of ${connections} connections were taken`);
    if (during > Math.max(3 * before, 50)) failed.push("a flood slows others down more than three times");
}

async function visits(ask) {
    const times = [];
    for (let visit = 0; visit < 300; visit += 1) {
        const begun = performance.now();
        const answer = await ask("/home", { headers: { accept: "text/html" } });
        await answer.text();
        if (answer.status !== 200) throw new Error(`a visitor got ${answer.status}`);
        times.push(performance.now() - begun);
    }
    return times;
}

function hold(port, slow) {
    return new Promise((settle) => {
        const socket = net.connect(port, "127.0.0.1");
        socket.slow = slow;
        socket.once("connect", () => {
            if (slow) socket.write("GET / HTTP/1.1\r\nX-Slow: ");
            settle(socket);
        });
        socket.on("error", () => settle(undefined));
    });
}

// What searches, sorts and takes text, at sqlmap's highest level: parameters, cookies and headers alike. A finding is an entry of
// its log; a run that tested nothing has none either, so what it says it tested is counted.
function injected() {
    return withServer({ GATEHOUSE_LOG_FILTER: "off" }, injectedIn);
}

async function injectedIn(server) {
    await server.start();
    const [reader, office] = [await signIn(server), await signInAsStaff(server)];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gatehouse-sqlmap-"));
    const doors = [
        { path: "/office/clients?q=kiln*&state=active*", cookie: office },
        { path: "/office/audit?q=kiln*&page=0*", cookie: office },
        { path: "/files?page=0*", cookie: reader.cookie },
        { path: "/api/sign_in", fields: "address=a%40b.example*&password=x*&next=%2Fhome*&from=%2Fsign-in*" },
        { path: "/api/ask_link", fields: "address=a%40b.example*&next=%2Fhome*&from=%2Fsign-in*" },
        { path: "/home", cookie: `${reader.cookie}*`, headers: "Accept-Language: en*\\nUser-Agent: Firefox*\\nX-Forwarded-For: 192.0.2.1*" },
    ];
    try {
        for (const [number, door] of doors.entries()) {
            const tested = sqlmap(server.origin, door, path.join(folder, String(number)));
            console.log(`sqlmap, level 5, risk 3: ${door.path.split("?")[0]}: ${tested} places tested, none gives way`);
        }
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/** The cookie of a member of staff, by password and app. */
async function signInAsStaff(server) {
    const post = async (path, fields, cookie = "") => {
        const headers = { accept: "text/html", origin: server.origin, cookie };
        const answer = await fetch(`${server.origin}${path}`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });
        return answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    };
    const step = await post("/api/sign_in", { address: staff.address, password: staff.password, from: "/sign-in/manually" });
    const fields = { code: await appCodeOf(server, staff.address), from: "/sign-in/factor" };
    const entered = await post("/api/give_code", fields, step.join("; "));
    return entered.find((pair) => pair.startsWith("session="));
}

function sqlmap(origin, { path: door, fields, cookie, headers }, folder) {
    const python = path.join(process.env.GATEHOUSE_TOOLS, "python/bin");
    const given = [
        ...["-u", `${origin}${door}`, "--batch", "--level=5", "--risk=3", "--technique=BEUSTQ", "--flush-session", "--threads=2", "--disable-coloring"],
        ...["--time-sec=2", "--ignore-code=*", `--output-dir=${folder}`, `--headers=Sec-Fetch-Site: same-origin${headers ? `\\n${headers}` : ""}`],
        ...(fields ? [`--data=${fields}`] : []),
        ...(cookie ? [`--cookie=${cookie}`] : []),
    ];
    const run = spawnSync(path.join(python, "sqlmap"), given, { encoding: "utf8", maxBuffer: 1 << 28 });
    const tested = [...run.stdout.matchAll(/(?:parameter|header) '[^']+' does not seem to be injectable/g)].length;
    if (/is vulnerable|identified the following injection point|appears to be .*injectable/.test(run.stdout)) failed.push(`sqlmap finds something at ${door}`);
    if (tested === 0) throw new Error(`sqlmap tested nothing at ${door}: ${run.stdout.slice(-2000)}${run.stderr}`);
    return tested;
}

// Whether an address is anybody's shows in no time either: medians over interleaved tries of each kind, at each form that takes
// an address. The demo limits no network; an account's own counter is cleared by its owner between the tries.
function alike() {
    return withServer({ GATEHOUSE_LOG_FILTER: "warn" }, alikeIn);
}

async function alikeIn(server) {
    await server.start();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const post = (path, fields) => timed(server.origin, agent, path, fields);
    let number = 0;
    const nobody = () => `nobody${String((number += 1)).padStart(8, "0")}@unknown.example`;
    const everybody = { contact: () => contact.address, staff: () => staff.address, nobody };
    let stranger;
    const forms = [
        {
            form: "/api/ask_link",
            kinds: everybody,
            ask: (address) => post("/api/ask_link", { address, next: "", from: "/sign-in" }),
            expected: "/sign-in/sent",
        },
        {
            form: "/api/ask_reset",
            kinds: everybody,
            ask: (address) => post("/api/ask_reset", { address, from: "/sign-in/help" }),
            expected: "/sign-in/help/sent",
        },
        {
            form: "/api/sign_in",
            kinds: { staff: () => staff.address, nobody: () => stranger },
            ask: (address) => post("/api/sign_in", { address, password: "not the password, not at all", from: "/sign-in/manually" }),
            expected: "/sign-in/manually",
            // Ten failures in a row slow an account down, known or not.
            every: 8,
            renew: async () => {
                stranger = nobody();
                const { location } = await post("/api/sign_in", { address: staff.address, password: staff.password, from: "/sign-in/manually" });
                if (location !== "/sign-in/factor") throw new Error(`the right password led to ${location}`);
            },
        },
    ];
    for (const form of forms) {
        const { medians, count, apart, surely } = await interleaved(form);
        const words = Object.entries(medians).map(([kind, ms]) => `${kind} ${ms.toFixed(3)} ms`);
        console.log(`alike: ${form.form}: ${count} tries of each kind, interleaved; medians: ${words.join(", ")}; ${apart.toFixed(3)} ms apart, surely less than ${surely.toFixed(3)} ms (goal: ${MOST_APART_MS} ms)`);
        if (surely > MOST_APART_MS) failed.push(`${form.form} may take ${surely.toFixed(3)} ms longer for one kind of address than for another`);
    }
    agent.destroy();
}

/**
 * Tries kinds until there are enough of each or the time is over. Each try's kind is drawn anew: were all kinds tried once a turn,
 * one would come more often than another after a try that leaves work behind it. Medians are compared block by block of what was
 * tried within the same second or so, because a machine is slower for minutes, and then for every kind.
 */
async function interleaved({ form, kinds, ask, expected, every = Infinity, renew = async () => {} }) {
    const names = Object.keys(kinds);
    const times = Object.fromEntries(names.map((kind) => [kind, []]));
    const blocks = [];
    let block = {};
    const count = () => Math.min(...names.map((kind) => times[kind].length));
    const begun = performance.now();
    let since = {};
    await renew();
    while (count() < tries && performance.now() - begun < seconds * 1000) {
        const kind = names[Math.floor(Math.random() * names.length)];
        if (since[kind] === every) {
            await renew();
            since = {};
        }
        since[kind] = (since[kind] ?? 0) + 1;
        const { took, location, status } = await ask(kinds[kind]());
        if (location !== expected) throw new Error(`${form} answered ${kind} with ${status} and led to ${location}`);
        times[kind].push(took);
        (block[kind] ??= []).push(took);
        if (names.every((name) => block[name]?.length >= BLOCK)) {
            blocks.push(Object.fromEntries(names.map((name) => [name, at(block[name], 0.5)])));
            block = {};
        }
    }
    const pairs = names.flatMap((kind, place) => names.slice(place + 1).map((other) => blocks.map((medians) => medians[kind] - medians[other])));
    const apart = (differences) => Math.abs(at(differences, 0.5));
    return {
        medians: Object.fromEntries(names.map((kind) => [kind, at(times[kind], 0.5)])),
        count: count(),
        apart: Math.max(...pairs.map(apart)),
        surely: Math.max(...pairs.map((differences) => apart(differences) + doubtOf(differences))),
    };
}

/** By how much a median may be off: half of what lies between the ranks that hold it with a doubt of 5 % on either side. */
function doubtOf(times) {
    const ranks = DOUBT / 2 / Math.sqrt(times.length);
    return (at(times, Math.min(1, 0.5 + ranks)) - at(times, Math.max(0, 0.5 - ranks))) / 2;
}

/** Posts a plain form over one kept connection, and says how long the answer took and where it leads. */
function timed(origin, agent, path, fields) {
    const body = new URLSearchParams(fields).toString();
    const headers = { accept: "text/html", origin, "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
    return new Promise((settle, fail) => {
        const begun = performance.now();
        const request = http.request(`${origin}${path}`, { method: "POST", agent, headers }, (answer) => {
            const took = performance.now() - begun;
            answer.resume().on("end", () => settle({ took, location: answer.headers.location, status: answer.statusCode }));
        });
        request.on("error", fail);
        request.end(body);
    });
}

function large() {
    return withServer({ GATEHOUSE_LOG_FILTER: "warn" }, largeIn);
}

async function largeIn(server) {
    const payload = path.join(server.folder, "payload");
    execFileSync("head", ["-c", String(Math.round(gigabytes * 1024 ** 3)), "/dev/urandom"], { stdio: ["ignore", fs.openSync(payload, "w"), "inherit"] });
    const size = fs.statSync(payload).size;
    await server.start();
    const ask = await signIn(server);
    const thread = await beginThread(ask);
    await visits(ask);
    const { pid } = server.child;
    const idle = megabytes(pid, "VmRSS");
    fs.writeFileSync(`/proc/${pid}/clear_refs`, "5");
    const own = ask.cookie;
    const up = await announce(ask, thread, "payload.bin", size);
    const lines = [`Cookie: ${own}`, `Origin: ${server.origin}`, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"];
    const sent = curl(["-X", "PATCH", "-H", "Expect:", ...lines.flatMap((line) => ["-H", line]), "-T", payload, "-w", "%{http_code} %{time_total}", "-o", "/dev/null", `${server.origin}${up}`]);
    if (!sent.startsWith("204 ")) throw new Error(`the upload ended with ${sent}`);
    const uploading = megabytes(pid, "VmHWM") - idle;
    const message = await say(ask, thread, "The large one", [up.split("/").at(-1)]);
    fs.writeFileSync(`/proc/${pid}/clear_refs`, "5");
    const digest = execFileSync("sh", ["-c", 'curl -sSf -H "Cookie: $1" "$2" | sha256sum', "sh", own, `${server.origin}/files/${message.files[0].id}/content`], { encoding: "utf8" });
    const downloading = megabytes(pid, "VmHWM") - idle;
    const right = execFileSync("sha256sum", [payload], { encoding: "utf8" }).slice(0, 64);
    if (digest.slice(0, 64) !== right || message.files[0].sha256 !== right) failed.push("what came back is another file");
    const figure = `${gigabytes} GiB up in ${Number(sent.split(" ")[1]).toFixed(1)} s and back, byte for byte: the upload added at most ${uploading.toFixed(1)} MB to the ${idle.toFixed(1)} MB of an idle server (RSS), the download ${downloading.toFixed(1)} MB. Goal: ${MOST_MB} MB.`;
    console.log(`large: ${figure}`);
    if (Math.max(uploading, downloading) > MOST_MB) failed.push(`a transfer added more than ${MOST_MB} MB`);
    note(figure);
}

function curl(options) {
    const { status, stdout, stderr } = spawnSync("curl", ["-sS", ...options], { encoding: "utf8" });
    if (status !== 0) throw new Error(`curl: ${stderr}`);
    return stdout;
}

/** The bench writes the rest of that page and leaves this part alone. */
function note(figure) {
    const text = fs.readFileSync(DOC, "utf8");
    const begins = text.indexOf(`\n${HEADING}`);
    const rest = begins < 0 ? text : text.slice(0, begins);
    const day = new Date().toISOString().slice(0, 10);
    fs.writeFileSync(DOC, `${rest.trimEnd()}\n\n${HEADING}\n\nWritten by \`make soak\` on ${day}, on the same hardware. ${figure}\n`);
}
