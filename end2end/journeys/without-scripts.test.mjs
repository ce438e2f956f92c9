// Step 6: the same with JavaScript switched off, as plain HTML. Every essential form is also posted wrongly once, and what was typed
// comes back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { paper } from "../support/papers.mjs";
import { askForLink, contact, signInAsStaff, signInByCode, staff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const plain = { scripts: false };

test("without scripts a contact sends a message with two files, and staff read, download and answer", async (t) => {
    const client = await set.visitor(t, plain);
    const { page } = client;
    await signInByCode(client, set.portal);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator(".thread-row a").first().click();
    await page.waitForURL("**/threads/*");

    const papers = [paper("Bank letter.pdf", 300_000), paper("Receipts of May.pdf", 120_000)];
    await page.getByLabel("Your message").fill("Both letters, sent without scripts.");
    await page.locator("input[name=files]").setInputFiles(papers);
    await page.getByRole("button", { name: "Send" }).click();
    const message = page.getByRole("article").filter({ hasText: "Both letters, sent without scripts." });
    await message.waitFor();
    assert.match(page.url(), /\/threads\/[0-9a-f]{32}$/, "an accepted post ends on the thread's page");
    for (const { name, sha256 } of papers) {
        const chip = message.locator(".file-chip").filter({ hasText: name });
        await chip.locator("summary").click();
        assert.equal((await chip.locator(".mono").innerText()).replaceAll(" ", ""), sha256);
    }

    // Sending the page once more, as a browser offers on reload, sends nothing once more.
    await page.reload();
    assert.equal(await message.count(), 1);

    const office = await set.visitor(t, plain);
    await signInAsStaff(office);
    const first = office.page.locator(".thread-row").first();
    assert.match(await first.getAttribute("class"), /unread/);
    await first.getByRole("link").click();
    const read = office.page.getByRole("article").filter({ hasText: "Both letters, sent without scripts." });
    const downloading = office.page.waitForEvent("download");
    await read.getByRole("link", { name: `Download ${papers[0].name}` }).click();
    assert.ok((await readFile(await (await downloading).path())).equals(papers[0].buffer), "byte for byte as it was");
    await office.page.getByLabel("Your message").fill("Both arrived.");
    await office.page.locator("input[name=files]").setInputFiles([paper("Our answer.pdf", 50_000)]);
    await office.page.getByRole("button", { name: "Send" }).click();
    await office.page.getByRole("article").filter({ hasText: "Both arrived." }).waitFor();

    await page.goto("/home");
    await page.locator(".thread-row.unread").first().getByRole("link").click();
    await page.getByRole("article").filter({ hasText: "Our answer.pdf" }).waitFor();
});

test("without scripts a mailed link leads on by its code", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    const { link, code } = await askForLink(visitor, set.portal, contact.address);
    await page.goto(link);
    await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
    await look(visitor, "link-without-scripts");
    await page.getByLabel("Code from the email").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/home");
});

test("without scripts a mistyped address comes back with the reason beside it", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await page.goto("/");
    // A browser lets this through: it asks for an @ only.
    await page.getByLabel("Your email address").fill("anwen@marlowe");
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.getByText("That does not look like an email address.").waitFor();
    assert.equal(await page.getByLabel("Your email address").inputValue(), "anwen@marlowe");
    assert.equal(await page.getByLabel("Your email address").getAttribute("aria-invalid"), "true");
    assert.ok(!page.url().includes("__err"), "no error travels in an address");
    await look(visitor, "sign-in-refused");
});

test("without scripts a wrong code is refused and does not come back", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await askForLink(visitor, set.portal, contact.address);
    await page.getByLabel("Code from the email").fill("AAAA-AAAA");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("That is not the code we sent.").waitFor();
    assert.equal(await page.getByLabel("Code from the email").inputValue(), "");
    await look(visitor, "code-refused");
});

test("without scripts a wrong password keeps the address", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await page.goto("/sign-in/manually");
    await page.getByLabel("Your email address").fill(staff.address);
    await page.getByLabel("Your password").fill("not the password, not at all");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This address and password do not match.").waitFor();
    assert.equal(await page.getByLabel("Your email address").inputValue(), staff.address);
    assert.equal(await page.getByLabel("Your password").inputValue(), "", "a password never comes back");
    await look(visitor, "password-refused");
});

test("without scripts a refused message comes back whole, with the reason beside it", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await signInByCode(visitor, set.portal);
    await page.locator(".thread-row a").first().click();

    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Write a message or attach a file.").waitFor();

    // A closing tag in the text must neither end the field nor be lost.
    const long = `</textarea><script>alert(1)</script> ${"long ".repeat(4_000)}`;
    await page.getByLabel("Your message").fill(long);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText(/characters? too long/).waitFor();
    assert.equal(await page.getByLabel("Your message").inputValue(), long);
    await look(visitor, "message-refused");

    await page.getByLabel("Your message").fill("Short and with an empty file.");
    await page.locator("input[name=files]").setInputFiles([{ name: "Empty.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) }]);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("has no content (0 bytes)").waitFor();
    assert.equal(await page.getByLabel("Your message").inputValue(), "Short and with an empty file.");
    assert.equal(await page.getByRole("article").filter({ hasText: "Short and with an empty file." }).count(), 0, "nothing was sent");
});

test("without scripts a contact starts a thread, and a refused start keeps the subject", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await signInByCode(visitor, set.portal);
    await page.getByRole("link", { name: "Write to us" }).click();
    await page.waitForURL("**/threads/new");
    await page.getByLabel("What it is about").fill("A question about mileage");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Write a message or attach a file.").waitFor();
    assert.equal(await page.getByLabel("What it is about").inputValue(), "A question about mileage");
    await page.getByLabel("Message").fill("Which rate holds for the van?");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { level: 1, name: "A question about mileage" }).waitFor();
    await page.getByRole("article").filter({ hasText: "Which rate holds for the van?" }).waitFor();
});

test("without scripts one signs out", async (t) => {
    const visitor = await set.visitor(t, plain);
    const { page } = visitor;
    await signInByCode(visitor, set.portal);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("heading", { level: 1, name: /Welcome back|Sign in to your portal/ }).waitFor();
    await page.goto("/home");
    await page.getByRole("heading", { level: 1, name: /Welcome back|Sign in to your portal/ }).waitFor();
});
