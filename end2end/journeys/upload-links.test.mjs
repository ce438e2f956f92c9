// Somebody without an account sends files by an upload-only link: with scripts, without, with a PIN, and over a line that breaks.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo } from "../support/outbox.mjs";
import { paper, slowUploads } from "../support/papers.mjs";
import { openFiles, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { until } from "../support/until.mjs";

const set = stage();
const MIB = 1024 * 1024;
let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "gatehouse-papers-"))));
after(() => rm(folder, { recursive: true, force: true }));

/** Staff make a link on the client's page. */
async function makeLink(office, { label, pin = false }) {
    const { page } = office;
    await page.goto("/office/clients");
    await page.getByRole("link", { name: "Marlowe Ceramics Ltd" }).first().click();
    await page.getByRole("link", { name: "Upload links" }).click();
    await page.getByLabel("What you ask for").fill(label);
    await page.getByLabel("It works for").selectOption({ label: "30 days" });
    if (pin) await page.getByLabel("Ask for a PIN as well").check();
    await page.getByRole("button", { name: "Make the link" }).click();
    const slip = page.getByRole("region", { name: `New link: ${label}` });
    const link = await slip.getByLabel("The link, for you to hand over").inputValue();
    return { link, pin: pin ? await slip.locator(".app-key").innerText() : "" };
}

/** Goes the whole way, up to the form that sends. */
async function prove(guest, { link, pin, scripts }, address) {
    const { page } = guest;
    if (scripts) {
        await page.goto(link);
        await until(async () => !page.url().includes("#"), { what: "the secret leaves the address" });
        await page.getByRole("button", { name: "Begin" }).click();
    } else {
        await page.goto(link.split("#")[0]);
        await page.getByLabel("The link that you got").fill(link);
        await page.getByRole("button", { name: "Continue" }).click();
    }
    if (pin !== "") {
        await page.getByLabel("PIN", { exact: true }).fill(pin);
        // Where scripts run, six digits that arrive at once go on by themselves.
        if (!scripts) await page.getByRole("button", { name: "Continue" }).click();
    }
    await page.getByLabel("Your name").fill("Rhian Okafor");
    await page.getByLabel("Your email address").fill(address);
    await page.getByRole("button", { name: "Email me a code" }).click();
    await page.getByRole("heading", { name: "Enter your code" }).waitFor();
    const { code } = await letterTo(set.portal, address);
    await page.getByLabel("Code from the email").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Your files").waitFor();
}

for (const scripts of [true, false]) {
    const how = scripts ? "with" : "without";

    test(`mission 14: somebody without an account sends files, ${how} scripts`, async (t) => {
        const office = await set.visitor(t, { scripts });
        await signInAsStaff(office);
        const made = await makeLink(office, { label: `Bank statements ${how}`, pin: true });
        if (scripts) await look(office, "office-upload-links");
        const guest = await set.visitor(t, { scripts });
        const papers = [paper(`Statement ${how}.pdf`, 90_000), paper(`Letter ${how}.pdf`, 3_000)];
        if (scripts) {
            await guest.page.goto(made.link.split("#")[0]);
            await look(guest, "drop-door");
        }
        await prove(guest, { ...made, scripts }, `rhian-${how}@ledgerbank.example`);
        const { page } = guest;
        if (scripts) await look(guest, "drop-send");
        await page.getByLabel("Your files").setInputFiles(papers);
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await page.getByText("Your files have arrived, whole.").waitFor();
        const receipts = page.getByRole("region", { name: "Sent from this browser" });
        for (const { name, sha256 } of papers) {
            const digest = receipts.getByRole("listitem").filter({ hasText: name }).locator(".digest");
            assert.equal((await digest.innerText()).replaceAll(" ", ""), sha256, name);
        }
        if (scripts) await look(guest, "drop-receipts");
        await office.page.goto(`/office/files?q=${encodeURIComponent(`Statement ${how}`)}`);
        const row = office.page.getByRole("row").filter({ hasText: papers[0].name });
        await row.getByText("Internal").waitFor();
        await row.getByText("Rhian Okafor").waitFor();
    });
}

test("a file of a guest goes on where it stopped, after the page was closed", async (t) => {
    const office = await set.visitor(t);
    await signInAsStaff(office);
    const made = await makeLink(office, { label: "A long film" });
    const guest = await set.visitor(t);
    await prove(guest, { ...made, scripts: true }, "rhian-again@ledgerbank.example");
    const { page } = guest;
    const { name, buffer, sha256 } = paper("Film.pdf", 12 * MIB);
    await writeFile(join(folder, name), buffer);
    await slowUploads(page, 4 * MIB);
    await page.getByLabel("Your files").setInputFiles(join(folder, name));
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const bar = page.getByRole("progressbar", { name });
    await until(async () => Number(await bar.evaluate((it) => it.value)) > 3 * MIB, { what: "some of it has arrived" });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused at").waitFor();
    await look(guest, "drop-sending");
    const again = await page.context().newPage();
    await page.close();
    const asked = [];
    again.on("request", (request) => asked.push(request));
    await again.goto(made.link.split("#")[0]);
    await again.getByLabel("Your files").setInputFiles(join(folder, name));
    await again.getByRole("button", { name: "Send", exact: true }).click();
    await again.getByText("Your files have arrived, whole.").waitFor();
    const digest = again.getByRole("region", { name: "Sent from this browser" }).locator(".digest");
    assert.equal((await digest.innerText()).replaceAll(" ", ""), sha256);
    const patches = asked.filter((request) => request.method() === "PATCH");
    assert.ok(Number(patches[0].headers()["upload-offset"]) > 0, "what had arrived is not sent again");
    assert.equal(asked.filter((request) => request.method() === "POST" && request.url().endsWith("/uploads")).length, 0);
});

test("too many files are said before any of them goes, and a refused form sends nothing twice", async (t) => {
    const office = await set.visitor(t);
    await signInAsStaff(office);
    const { page } = office;
    await openFiles(office);
    const files = page.getByLabel("Files, without a message");
    const asked = [];
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname.replace(/[0-9a-f]{32}/, "{id}")}`));
    await files.setInputFiles(Array.from({ length: 51 }, (_, number) => paper(`Page ${number}.pdf`, 1_000)));
    await page.getByRole("button", { name: "Add to the library" }).click();
    await page.getByText("Choose up to 50 files at once.").waitFor();
    assert.deepEqual(asked.filter((request) => request.startsWith("POST")), []);
    // A form whose one-time id cannot be read is refused once the file is there.
    office.expects(422);
    await page.locator("form.drop-form input[name=form]").evaluate((field) => (field.value = "none"));
    const { name, buffer } = paper("Kept meanwhile.pdf", 30_000);
    await writeFile(join(folder, name), buffer);
    await files.setInputFiles(join(folder, name));
    await page.getByRole("button", { name: "Add to the library" }).click();
    await page.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    await files.setInputFiles(join(folder, name));
    asked.length = 0;
    await page.getByRole("button", { name: "Add to the library" }).click();
    await page.getByRole("row").filter({ hasText: name }).waitFor();
    assert.deepEqual(asked.filter((request) => request.startsWith("PATCH")), []);
});

test("a file that waits its turn is cancelled at once, by a button that names it", async (t) => {
    const office = await set.visitor(t);
    await signInAsStaff(office);
    const { page } = office;
    await openFiles(office);
    const chosen = [paper("Sent first.pdf", 8 * MIB), paper("Not meant.pdf", 2_000)];
    await Promise.all(chosen.map(({ name, buffer }) => writeFile(join(folder, name), buffer)));
    await slowUploads(page, 2 * MIB);
    await page.getByLabel("Files, without a message").setInputFiles(chosen.map(({ name }) => join(folder, name)));
    await page.getByRole("button", { name: "Add to the library" }).click();
    await page.getByRole("button", { name: "Cancel Not meant.pdf" }).press("Enter");
    const words = page.locator("[data-words]").filter({ hasText: "Cancelled." });
    assert.ok(await words.evaluate((it) => it === document.activeElement), "the keyboard stays at this file");
    assert.equal(await page.getByRole("button", { name: "Cancel Sent first.pdf" }).isVisible(), true, "the other one goes on");
    await page.getByRole("link", { name: "Sent first.pdf" }).first().waitFor();
    assert.equal(await page.getByRole("link", { name: "Not meant.pdf" }).count(), 0);
});
