// The script that sends the files of plain forms piece by piece, against a server made of a few lines.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cancelled, Refused, human, memoryOf, metadata, sendFile, timeLeft } from "../../app/uploads.js";

const CONTENT = "nine char";

/** A file as a browser gives it. */
function fileOf(text, name = "Juli – Übersicht.pdf") {
    return { name, size: text.length, lastModified: 1_794_908_400_000, slice: (from) => text.slice(from) };
}

/**
 * A server that keeps what it took of one upload. `moods` are what goes wrong with the next requests that carry bytes: how many
 * bytes arrive before the line breaks, or a status.
 */
function server(moods = []) {
    const it = { taken: null, asked: [], refuse: null };
    it.request = async (method, url, headers, body) => {
        it.asked.push(method);
        const answer = (status, given = {}, text = "") => ({ status, header: (name) => given[name] ?? null, text });
        if (method === "POST") {
            if (it.refuse !== null) return answer(it.refuse, {}, "There is room for 3 bytes only.");
            it.taken = "";
            return answer(201, { location: "/uploads/abc" });
        }
        if (method === "HEAD") return it.taken === null ? answer(404) : answer(200, { "upload-offset": String(it.taken.length) });
        if (Number(headers["upload-offset"]) !== it.taken.length) return answer(409);
        const mood = moods.shift();
        if (mood?.status !== undefined) return answer(mood.status, {}, "This link was ended.");
        it.taken += mood === undefined ? body : body.slice(0, mood.bytes);
        return mood === undefined ? answer(204, { "upload-offset": String(it.taken.length) }) : answer(0);
    };
    return it;
}

function memory() {
    const kept = new Map();
    return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) };
}

/** Sends with everything at hand that the page gives; `waits` are the pauses that were taken. */
function sending(to, { storage = memory(), now = () => 0, file = fileOf(CONTENT), ready = async () => {} } = {}) {
    const waits = [];
    const shown = [];
    const outcome = sendFile({
        place: "client 00112233445566778899aabbccddeeff",
        file,
        storage,
        now,
        request: to.request,
        ready,
        wait: async (ms) => void waits.push(ms),
        shown: (at, words) => void shown.push(words ?? at),
    });
    return { outcome, waits, shown, storage };
}

test("a file goes in one piece, and its upload is told", async () => {
    const to = server();
    const { outcome, waits } = sending(to);
    const { id } = await outcome;
    assert.deepEqual([id, to.taken, waits], ["abc", CONTENT, []]);
});

test("a line that breaks costs nothing that had arrived", async () => {
    const to = server([{ bytes: 4 }, { bytes: 0 }, { status: 503 }, { bytes: 2 }]);
    const { outcome, waits, shown } = sending(to);
    await outcome;
    assert.equal(to.taken, CONTENT);
    assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
    assert.ok(shown.includes("The connection broke off. It goes on in 1 second."), shown.join());
    assert.equal(to.asked.filter((method) => method === "POST").length, 1);
});

test("the same file goes on where it stopped on another day, and a changed one begins anew", async () => {
    const to = server([{ bytes: 4 }]);
    const storage = memory();
    const stop = new Cancelled();
    let turns = 0;
    const ready = async () => {
        turns += 1;
        if (turns === 2) throw stop;
    };
    await assert.rejects(sending(to, { storage, ready }).outcome, stop);
    assert.equal(to.taken, "nine");
    await sending(to, { storage }).outcome;
    assert.equal(to.taken, CONTENT);
    assert.equal(to.asked.filter((method) => method === "POST").length, 1);
    const changed = { ...fileOf("nine lines"), lastModified: 1 };
    await sending(to, { storage, file: changed }).outcome;
    assert.equal(to.asked.filter((method) => method === "POST").length, 2);
});

test("what the server forgot, or was begun more than three days ago, begins anew", async () => {
    const storage = memory();
    await sending(server(), { storage }).outcome;
    const to = server();
    await sending(to, { storage }).outcome;
    assert.deepEqual(to.asked.slice(0, 2), ["HEAD", "POST"]);
    const later = server();
    await sending(later, { storage, now: () => 4 * 24 * 3600 * 1000 }).outcome;
    assert.equal(later.asked[0], "POST");
});

test("a refusal is told in the server's words and not tried again", async () => {
    const full = server();
    full.refuse = 413;
    await assert.rejects(sending(full).outcome, (error) => error instanceof Refused && error.message === "There is room for 3 bytes only.");
    const ended = server([{ status: 422 }]);
    await assert.rejects(sending(ended).outcome, (error) => error instanceof Refused && error.message === "This link was ended.");
    assert.equal(ended.asked.filter((method) => method === "PATCH").length, 1);
});

test("a file that cannot be read any more is refused, and not tried for ever", async () => {
    const to = server([{ bytes: 2 }]);
    const gone = { ...fileOf(CONTENT), slice: () => ({ arrayBuffer: async () => Promise.reject(new Error("gone")) }) };
    to.request = ((request) => async (method, ...rest) => (method === "PATCH" ? { status: 0, header: () => null, text: "" } : request(method, ...rest)))(to.request);
    await assert.rejects(sending(to, { file: gone }).outcome, (error) => error instanceof Refused && error.status < 0);
});

test("what is remembered tells nobody what was sent", async () => {
    const { outcome, storage } = sending(server());
    await outcome;
    const words = JSON.stringify([...storage.kept]);
    assert.match(words, /upload [0-9a-f]{32}/);
    assert.doesNotMatch(words, /Juli|bersicht|pdf/);
    const place = "client 00112233445566778899aabbccddeeff";
    assert.notEqual(await memoryOf(place, fileOf(CONTENT)), await memoryOf("client 1", fileOf(CONTENT)));
});

test("name and place travel as the protocol has it", () => {
    const pairs = metadata("link 0123", fileOf("")).split(",").map((pair) => pair.split(" "));
    const read = Object.fromEntries(pairs.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
    assert.deepEqual(read, { filename: "Juli – Übersicht.pdf", link: "0123", modified: "1794908400000" });
});

test("the time that is left is said once there is a rate, in seconds and then in minutes", () => {
    assert.equal(timeLeft(1_000, 10, 1), "");
    assert.equal(timeLeft(1_000, 0, 5), "");
    assert.equal(timeLeft(300, 100, 10), "30 seconds left");
    assert.equal(timeLeft(10, 100, 10), "1 second left");
    assert.equal(timeLeft(600, 100, 10), "1 minute left");
    assert.equal(timeLeft(1_000, 100, 10), "2 minutes left");
});

test("sizes read as on the pages", () => {
    const words = [0, 1, 999, 1_000, 8_440_000, 999_950, 20_000_000_000].map(human);
    assert.deepEqual(words, ["0 bytes", "1 byte", "999 bytes", "1 KB", "8.4 MB", "1 MB", "20 GB"]);
});
