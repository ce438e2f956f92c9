// Files are looked at in the browser, page by page, without a download; and several come as one zip, which a program that nobody
// here wrote unpacks and whose digests it compares.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { look } from "../support/looks.mjs";
import { paper, pdf } from "../support/papers.mjs";
import { openFiles, signInAsContact, signInAsStaff, signInByCode } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const run = promisify(execFile);

for (const scripts of [true, false]) {
    const how = scripts ? "with" : "without";
    const accounts = { name: `Accounts ${how}.pdf`, mimeType: "application/pdf", buffer: pdf(["Balance sheet", "Profit and loss"]) };
    const bank = { name: `Bank ${how}.csv`, mimeType: "text/csv", buffer: Buffer.from("Date,Payee,Amount\n2026-11-02,Kiln & Co,120.00\n2026-11-09,Clay Ltd,-88.10\n") };
    const other = paper(`Other ${how}.bin`, 3_000, "application/octet-stream");

    test(`staff share a PDF and a table, the client reads both without a download, ${how} scripts`, async (t) => {
        const office = await set.visitor(t, { scripts });
        await signInAsStaff(office);
        await openFiles(office);
        await office.page.getByLabel("Files, without a message").setInputFiles([accounts, bank, other]);
        await office.page.getByLabel("Share with the client at once").check();
        await office.page.getByRole("button", { name: "Add to the library" }).click();
        await office.page.getByRole("row").filter({ hasText: other.name }).waitFor();

        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        const { page } = client;
        await page.goto("/files");
        await page.getByRole("link", { name: accounts.name }).click();
        await page.getByRole("link", { name: "Preview" }).click();
        await page.getByText("Page 1 of 2").first().waitFor();
        await shown(page, `Page 1 of 2 of ${accounts.name}`);
        if (scripts) await look(client, "preview-pdf");
        await page.getByRole("link", { name: "Next" }).first().click();
        await shown(page, `Page 2 of 2 of ${accounts.name}`);
        await page.getByRole("link", { name: "Back" }).first().click();
        await page.getByText("Page 1 of 2").first().waitFor();

        await page.goto("/files");
        await page.getByRole("link", { name: bank.name }).click();
        await page.getByRole("link", { name: "Preview" }).click();
        await page.getByRole("cell", { name: "Kiln & Co" }).waitFor();
        if (scripts) await look(client, "preview-table");

        await page.goto("/files");
        await page.getByRole("link", { name: other.name }).click();
        await page.getByRole("heading", { level: 1, name: other.name }).waitFor();
        assert.equal(await page.getByRole("link", { name: "Preview" }).count(), 0, "nothing is offered that cannot be");
        await page.goto(`${page.url()}/preview`);
        await page.getByText("Files of this kind are not shown").waitFor();
        if (scripts) await look(client, "preview-none");
    });

    test(`a file of a conversation is looked at from where it is talked about, ${how} scripts`, async (t) => {
        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        const { page } = client;
        await page.goto("/threads");
        await page.locator(".thread-row a").first().click();
        await page.waitForURL("**/threads/*");
        const thread = new URL(page.url()).pathname.split("/").pop();
        const plan = { ...accounts, name: `Plan ${how}.pdf` };
        const archive = { ...other, name: `Archive ${how}.bin` };
        await page.getByLabel("Your message").fill(`Two papers, ${how} scripts.`);
        await page.locator("input[name=files]").setInputFiles([plan, archive]);
        await page.getByRole("button", { name: /^Send/ }).click();

        const office = await set.visitor(t, { scripts });
        await signInAsStaff(office);
        await office.page.goto(`/office/inbox/${thread}`);
        for (const [reader, list] of [[page, ""], [office.page, "/office"]]) {
            const message = reader.getByRole("article").filter({ hasText: `Two papers, ${how} scripts.` });
            await message.waitFor();
            assert.equal(await message.getByRole("link", { name: `Preview ${archive.name}` }).count(), 0, "nothing is offered that cannot be");
            if (scripts && list === "") await look(client, "thread-preview");
            await message.getByRole("link", { name: `Preview ${plan.name}` }).click();
            await reader.waitForURL(`**${list}/files/*/preview`);
            await shown(reader, `Page 1 of 2 of ${plan.name}`);
        }
    });

    test(`ticked files and a whole client come as one zip, ${how} scripts`, async (t) => {
        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        const { page } = client;
        await page.goto("/files");
        for (const file of [accounts, bank]) await page.getByLabel(`Choose ${file.name}`).check();
        const ticked = await zip(page, () => page.getByRole("button", { name: "Download", exact: true }).click());
        assert.deepEqual(ticked.names, [accounts.name, bank.name].sort());
        await page.getByLabel("Client", { exact: true }).first().selectOption({ label: "Marlowe Ceramics Ltd" });
        await page.getByRole("button", { name: "Show", exact: true }).click();
        if (scripts) await look(client, "files-of-a-client");
        const all = await zip(page, () => page.getByRole("button", { name: "Download all" }).click());
        for (const name of [accounts.name, bank.name, other.name, "manifest.csv", "SHA256SUMS"]) assert.ok(all.names.includes(name), name);
        assert.equal(all.wrong, 0, "every digest fits");
    });

    test(`a client sends a filled-in form back as a version, and the firm still has the blank one, ${how} scripts`, async (t) => {
        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        const { page } = client;
        await page.goto("/files");
        await page.getByRole("link", { name: accounts.name }).click();
        const filled = paper(`Accounts, signed, ${how}.pdf`, 9_000);
        await page.getByLabel("New version").setInputFiles(filled);
        await page.getByRole("button", { name: "Add this version" }).click();
        await page.getByText("The new version is here. The ones before it stay.").waitFor();
        await page.getByRole("heading", { level: 1, name: filled.name }).waitFor();
        assert.equal((await page.locator(".digest").first().innerText()).replaceAll(" ", ""), filled.sha256);
        if (scripts) await look(client, "file-versions");
        const downloading = page.waitForEvent("download");
        await page.getByRole("link", { name: "Download version 1" }).click();
        const before = await downloading;
        assert.equal(before.suggestedFilename(), accounts.name);
        assert.ok((await readFile(await before.path())).equals(accounts.buffer), "byte for byte as it was");

        const office = await set.visitor(t, { scripts });
        await signInAsStaff(office);
        await office.page.goto("/office/files?show=new");
        await office.page.getByRole("link", { name: filled.name }).waitFor();
    });
}

/** The picture has come and was drawn. */
async function shown(page, alt) {
    const picture = page.getByAltText(alt, { exact: true });
    await picture.waitFor();
    const response = await page.request.get(await picture.getAttribute("src"));
    assert.equal(response.headers()["content-type"], "image/png");
}

/** What Python makes of the archive that comes: the names in it, and how many digests of its list do not fit. */
async function zip(page, press) {
    const downloading = page.waitForEvent("download");
    await press();
    const path = await (await downloading).path();
    assert.equal((await readFile(path)).subarray(0, 2).toString(), "PK");
    const reads = `
import hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
names = sorted(z.namelist())
sums = z.read("SHA256SUMS").decode().splitlines() if "SHA256SUMS" in names else []
wrong = sum(hashlib.sha256(z.read(line[66:])).hexdigest() != line[:64] for line in sums)
print(json.dumps({"names": names, "wrong": wrong}))`;
    const { stdout } = await run("python3", ["-c", reads, path]);
    return JSON.parse(stdout);
}
