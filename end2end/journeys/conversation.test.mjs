// Steps 2 to 5: home, a message with files, the office's inbox, a download byte for byte, and the answer that appears by itself.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drop, paper, slowUploads } from "../support/papers.mjs";
import { signInAsContact, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { until } from "../support/until.mjs";

const set = stage();
const MIB = 1024 * 1024;

test("a contact sends a message with two files and staff answer: it appears within a second, without a reload", async (t) => {
    const client = await set.visitor(t);
    const { page } = client;
    await signInAsContact(client, set.portal);
    const invoice = paper("Kiln invoice.pdf", 3 * MIB);
    const statement = paper("October statement.pdf", 70_000);

    await page.locator(".thread-row a").first().click();
    await page.waitForURL("**/threads/*");
    const subject = await page.getByRole("heading", { level: 1 }).innerText();
    await hydrated(page);

    // Picked and dropped; slow enough to be watched.
    const fast = await slowUploads(page, 1.5 * MIB);
    await page.getByLabel("Attach").setInputFiles(invoice);
    await drop(page, [statement]);
    const sending = page.locator(".upload").filter({ hasText: invoice.name });
    const figures = await until(
        async () => /of 3\.\d MB.*\/s.*left/s.exec(await sending.innerText().catch(() => ""))?.[0],
        { what: "bytes, rate and time left stand beside the file" },
    );
    assert.match(figures, /MB\/s|KB\/s/);
    await fast();
    await page.getByLabel("Your message").fill("Here are the invoice and the October statement.");
    await page.getByRole("button", { name: /^Send/ }).click();

    const message = page.getByRole("article").filter({ hasText: "Here are the invoice and the October statement." });
    for (const { name, sha256 } of [invoice, statement]) {
        const chip = message.locator(".file-chip").filter({ hasText: name });
        await chip.waitFor();
        await chip.locator("summary").click();
        assert.equal((await chip.locator(".mono").innerText()).replaceAll(" ", ""), sha256, `the receipt of ${name}`);
    }
    assert.match(await message.locator(".file-chip").filter({ hasText: invoice.name }).innerText(), /3\.\d MB/);
    assert.equal(await page.locator(".upload").count(), 0, "the queue is empty again");
    assert.equal(await page.getByLabel("Your message").inputValue(), "");

    // Staff find it unread at the top.
    const office = await set.visitor(t);
    await signInAsStaff(office);
    const first = office.page.locator(".thread-row").first();
    assert.match(await first.innerText(), new RegExp(subject));
    assert.match(await first.getAttribute("class"), /unread/);
    await first.getByRole("link").click();
    const read = office.page.getByRole("article").filter({ hasText: "Here are the invoice and the October statement." });
    await read.waitFor();
    const downloading = office.page.waitForEvent("download");
    await read.getByRole("link", { name: `Download ${invoice.name}` }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), invoice.name);
    assert.ok((await readFile(await download.path())).equals(invoice.buffer), "byte for byte as it was");

    // The contact looks at another page of the portal, in the same window that must not reload.
    await page.getByRole("link", { name: "Home" }).first().click();
    await page.waitForURL("**/home");
    await page.evaluate(() => (globalThis.neverReloaded = true));
    const quietTitle = await page.title();

    const answer = paper("Signed return.pdf", 40_000);
    await hydrated(office.page);
    await office.page.getByLabel("Attach").setInputFiles(answer);
    await office.page.locator(".upload .success").waitFor();
    await office.page.getByLabel("Your message").fill("Thank you. The signed return is attached.");
    const posted = office.page.waitForResponse((response) => response.url().includes("/api/post_message"));
    await office.page.getByRole("button", { name: "Send" }).click();
    assert.equal((await posted).status(), 200);
    await page.locator(".thread-row.unread").filter({ hasText: subject }).waitFor({ timeout: 1_000 });
    await until(async () => /^\(\d+\) /.test(await page.title()), { what: "the title counts what is new", within: 1_000 });
    assert.notEqual(await page.title(), quietTitle);
    assert.equal(await page.evaluate(() => globalThis.neverReloaded), true, "the page was not loaded again");

    // Inside the thread the next answer appears below the last.
    await page.locator(".thread-row.unread a").filter({ hasText: subject }).click();
    await page.getByRole("article").filter({ hasText: answer.name }).waitFor();
    await hydrated(page);
    await page.evaluate(() => (globalThis.neverReloaded = true));
    await office.page.getByLabel("Your message").fill("One more thing: it is due on Friday.");
    const again = office.page.waitForResponse((response) => response.url().includes("/api/post_message"));
    await office.page.getByRole("button", { name: "Send" }).click();
    await again;
    await page.getByRole("article").filter({ hasText: "it is due on Friday" }).waitFor({ timeout: 1_000 });
    assert.equal(await page.evaluate(() => globalThis.neverReloaded), true, "the page was not loaded again");
});

test("an upload can be cancelled, and leaves the message", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await page.locator(".thread-row a").first().click();
    await page.getByLabel("Your message").fill("Only words in the end.");
    await hydrated(page);
    const fast = await slowUploads(page, MIB / 2);
    await page.getByLabel("Attach").setInputFiles(paper("Wrong file.pdf", 6 * MIB));
    await page.getByRole("progressbar", { name: "Wrong file.pdf" }).waitFor();
    await page.getByRole("button", { name: "Cancel Wrong file.pdf" }).click();
    await page.locator(".upload").waitFor({ state: "detached" });
    await fast();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const message = page.getByRole("article").filter({ hasText: "Only words in the end." });
    await message.waitFor();
    assert.equal(await message.locator(".file-chip").count(), 0);
});

test("an empty message is refused beside the field", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await page.locator(".thread-row a").first().click();
    await hydrated(page);
    const before = await page.getByRole("article").count();
    visitor.expects(422);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("Write a message or attach a file.").waitFor();
    assert.equal(await page.getByRole("article").count(), before);
});

test("a message that is too long is refused, and every character is still there", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await page.locator(".thread-row a").first().click();
    await hydrated(page);
    const long = "ä".repeat(20_001);
    await page.getByLabel("Your message").fill(long);
    visitor.expects(422);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("1 character too long").waitFor();
    assert.equal((await page.getByLabel("Your message").inputValue()).length, long.length);
});

test("a double press sends one message", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await page.locator(".thread-row a").first().click();
    await hydrated(page);
    await page.getByLabel("Your message").fill("Sent with two quick presses.");
    await page.getByRole("button", { name: "Send", exact: true }).dblclick();
    const message = page.getByRole("article").filter({ hasText: "Sent with two quick presses." });
    await message.waitFor();
    await page.reload();
    await message.first().waitFor();
    assert.equal(await message.count(), 1);
});

test("what was typed into a message is kept when the page is closed", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await page.locator(".thread-row a").first().click();
    await hydrated(page);
    await page.getByLabel("Your message").pressSequentially("Half a thought");
    await page.getByText("Draft saved").waitFor();
    await page.reload();
    assert.equal(await page.getByLabel("Your message").inputValue(), "Half a thought");
    await page.getByLabel("Your message").fill("");
    await page.getByLabel("Your message").press("Space");
    await page.getByLabel("Your message").press("Backspace");
    const kept = page.waitForResponse((response) => response.url().includes("/api/keep_draft"));
    await kept;
});

test("mission 1: nobody else's thread, and no thread at all, are the same page", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    visitor.expects(404);
    const told = [];
    for (const path of [`/threads/${"0".repeat(32)}`, "/threads/no-such-thread", "/office/inbox"]) {
        const answer = await page.goto(path);
        assert.equal(answer.status(), 404, path);
        told.push(await page.getByRole("heading", { level: 1 }).innerText());
    }
    assert.deepEqual(told, Array(3).fill("There is nothing at this address"));
});

/** Waits until the page listens: the file input then hides behind its label. */
async function hydrated(page) {
    await page.locator("input.attach.visually-hidden").waitFor({ state: "attached" });
}
