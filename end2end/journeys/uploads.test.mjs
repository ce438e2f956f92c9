// Files on their way: paused, left behind and taken up again, and whole folders.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { paper, slowUploads } from "../support/papers.mjs";
import { signInAsContact } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { until } from "../support/until.mjs";

const set = stage();
const MIB = 1024 * 1024;
// When the sender's copies were last changed, in seconds.
const CHANGED = 1_790_000_000;
let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "gatehouse-papers-"))));
after(() => rm(folder, { recursive: true, force: true }));

/** A file on the sender's disk, last changed at a given second. */
async function kept(name, bytes, changed = CHANGED) {
    const { buffer, sha256 } = paper(name, bytes);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, buffer);
    await utimes(path, changed, changed);
    return { name, path, sha256 };
}

async function openThread(t, options) {
    const visitor = await set.visitor(t, options);
    await signInAsContact(visitor, set.portal);
    // By name: which one stands first changes with reading.
    await visitor.page.locator(".thread-row a").filter({ hasText: "VAT quarter" }).click();
    await hydrated(visitor.page);
    return visitor;
}

async function hydrated(page) {
    await page.locator("input.attach.visually-hidden").waitFor({ state: "attached" });
}

function row(page, { name }) {
    return page.locator(".upload").filter({ hasText: name });
}

async function send(page, words, papers) {
    await page.getByLabel("Your message").fill(words);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const message = page.getByRole("article").filter({ hasText: words });
    for (const { name, sha256 } of papers) {
        const chip = message.locator(".file-chip").filter({ hasText: name });
        await chip.waitFor();
        await chip.locator("summary").click();
        assert.equal((await chip.locator(".mono").innerText()).replaceAll(" ", ""), sha256, `the receipt of ${name}`);
    }
    return message;
}

test("an upload can be paused and goes on, and a paused one does not leave with a message", async (t) => {
    const visitor = await openThread(t);
    const { page } = visitor;
    const statement = await kept("Paused statement.pdf", 5 * MIB);
    const fast = await slowUploads(page, 2 * MIB);
    await page.getByLabel("Attach").setInputFiles(statement.path);
    await until(async () => (await row(page, statement).innerText()).includes("/s"), { what: "it is on its way" });
    await page.getByRole("button", { name: `Pause ${statement.name}` }).click();
    await row(page, statement).getByText("Paused at").waitFor();
    await fast();
    await page.getByLabel("Your message").fill("Not yet");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("One file is not here whole yet.").waitFor();
    await page.getByRole("button", { name: `Go on with ${statement.name}` }).click();
    await row(page, statement).getByText("Received").waitFor();
    await send(page, "Paused on the way", [statement]);
});

test("what was begun goes on another day in another window, where it stopped, and what arrived is still attached", async (t) => {
    const statement = await kept("Long statement.pdf", 12 * MIB);
    const receipt = await kept("Small receipt.pdf", 30_000);
    const first = await openThread(t);
    await first.page.getByLabel("Attach").setInputFiles(receipt.path);
    await row(first.page, receipt).getByText("Received").waitFor();
    await slowUploads(first.page, 3 * MIB);
    await first.page.getByLabel("Attach").setInputFiles(statement.path);
    await until(async () => Number(await row(first.page, statement).locator("progress").getAttribute("value")) > 3 * MIB, { what: "some of it has arrived" });
    await first.page.close();

    const second = await openThread(t);
    const { page } = second;
    await row(page, receipt).getByText("Received").waitFor();
    await row(page, statement).getByText("choose the file again to go on").waitFor();
    const arrived = Number(await row(page, statement).locator("progress").getAttribute("value"));
    assert.ok(arrived >= MIB, `${arrived} bytes were kept`);
    const asked = page.waitForRequest((request) => request.method() === "PATCH");
    await page.getByLabel("Attach").setInputFiles(statement.path);
    const from = Number((await (await asked).allHeaders())["upload-offset"]);
    assert.ok(from >= arrived, `it went on from ${from}, and ${arrived} had arrived`);
    await row(page, statement).getByText("Received").waitFor();
    assert.equal(await page.locator(".upload").count(), 2);
    const message = await send(page, "Begun yesterday", [receipt, statement]);
    assert.equal(await message.locator(".file-chip").count(), 2);
    await page.reload();
    await hydrated(page);
    assert.equal(await page.locator(".upload").count(), 0, "what was sent waits no more");
});

test("a file that was changed meanwhile begins anew, and what was begun can be taken out", async (t) => {
    // Of three parts: the first may arrive whole before the closed window stops sending.
    const old = await kept("Ledger.pdf", 24 * MIB);
    const first = await openThread(t);
    await slowUploads(first.page, 2 * MIB);
    await first.page.getByLabel("Attach").setInputFiles(old.path);
    await until(async () => Number(await row(first.page, old).locator("progress").getAttribute("value")) > MIB, { what: "some of it has arrived" });
    await first.page.close();

    const second = await openThread(t);
    const { page } = second;
    await row(page, old).getByText("choose the file again to go on").waitFor();
    const changed = await kept("Ledger.pdf", 24 * MIB, CHANGED + 60);
    await page.getByLabel("Attach").setInputFiles(changed.path);
    await page.locator(".upload").getByText("Received").waitFor();
    assert.equal(await page.locator(".upload").count(), 2, "the old one is another file");
    await row(page, old).filter({ hasText: "to go on" }).getByRole("button", { name: "Remove Ledger.pdf" }).click();
    await send(page, "The changed ledger", [changed]);
});

test("a phone offers its camera, and what it took goes with the message", async (t) => {
    const { page } = await openThread(t, { phone: true, width: 360 });
    const taken = await kept("Receipt.jpg", 50_000);
    const camera = page.getByLabel("Take a picture");
    await page.getByText("Take a picture").waitFor();
    assert.deepEqual([await camera.getAttribute("accept"), await camera.getAttribute("capture")], ["image/*", "environment"]);
    await camera.setInputFiles(taken.path);
    await row(page, taken).getByText("Received").waitFor();
    await send(page, "A receipt", [taken]);
    const { page: desk } = await openThread(t);
    await desk.getByText("Attach", { exact: true }).waitFor();
    assert.equal(await desk.getByText("Take a picture").isVisible(), false, "not where there is a mouse");
});

test("a folder is taken file by file, without what systems put into it", async (t) => {
    const { page } = await openThread(t);
    const receipts = [await kept("Receipts/One.pdf", 20_000), await kept("Receipts/2026/Two.pdf", 30_000)];
    await kept("Receipts/.DS_Store", 6_000);
    await kept("Receipts/2026/Thumbs.db", 6_000);
    await page.getByLabel("Folder").setInputFiles(join(folder, "Receipts"));
    const named = receipts.map(({ name, ...rest }) => ({ name: name.split("/").at(-1), ...rest }));
    for (const receipt of named) await row(page, receipt).getByText("Received").waitFor();
    assert.equal(await page.locator(".upload").count(), 2);
    await send(page, "A folder of receipts", named);
});
