// What scanners of mail do to links: each kind of mailed link is opened by a real browser that runs scripts and presses nothing,
// and still leads on whom it was for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { letterTo, lettersTo, textTo, textsTo } from "../support/outbox.mjs";
import { askForLink, contact, owner, signInAsContact, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const newcomer = { name: "Meredith Vale", address: "meredith@brightwater.example", number: "+447700900042" };
const priya = { name: "Priya Bright", address: "priya@brightwater.example" };

/** Every kind of mailed link: has one mailed to somebody in their browser, and gives it with how they go on. */
const kinds = {
    async "sign-in"(asking) {
        const { link } = await askForLink(asking, set.portal, contact.address);
        const goOn = async ({ page }) => {
            await page.getByRole("button", { name: "Sign in" }).click();
            await page.waitForURL("**/home");
        };
        return { link, goOn };
    },
    async reset({ page }) {
        const before = (await lettersTo(set.portal, contact.address)).length;
        await page.goto("/sign-in/help");
        await page.getByLabel("Your email address").fill(contact.address);
        await page.getByRole("button", { name: "Reset Password" }).click();
        await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
        const { link } = await letterTo(set.portal, contact.address, { after: before });
        const goOn = async () => {
            await page.getByRole("button", { name: "Continue" }).and(page.locator(":visible")).click();
            await page.getByLabel("New password").fill("nine brown hens by the kiln");
            await page.keyboard.press("Enter");
            await page.waitForURL("**/account/devices");
        };
        return { link, goOn };
    },
    async activation() {
        const { link } = await letterTo(set.portal, newcomer.address);
        const goOn = async ({ page }) => {
            assert.deepEqual(await textsTo(set.portal, newcomer.number), [], "no text message was sent for it");
            await page.getByRole("button", { name: "Activate my access" }).click();
            await page.getByRole("heading", { level: 1, name: "One code, to be sure it is you" }).waitFor();
        };
        return { link, goOn };
    },
    async "invitation to the team"(_, t) {
        const ruth = "ruth@harcourtpell.example";
        const office = await set.visitor(t);
        await signInAsStaff(office, owner);
        await office.page.goto("/office/team/new");
        await office.page.getByLabel("Name").fill("Ruth Aston");
        await office.page.getByLabel("Email address").fill(ruth);
        await office.page.getByRole("button", { name: "Send the invitation" }).click();
        const { link } = await letterTo(set.portal, ruth);
        const goOn = async ({ page }) => {
            await page.getByRole("button", { name: "Continue" }).and(page.locator(":visible")).click();
            await page.getByRole("heading", { level: 1, name: "Welcome, Ruth" }).waitFor();
        };
        return { link, goOn };
    },
    async "new address"(asking) {
        const { page } = asking;
        const renewed = "priya@joinery.example";
        await signInAsContact(asking, set.portal, priya);
        await page.goto("/account/address");
        await page.getByLabel("New email address").fill(renewed);
        await page.getByRole("button", { name: "Write to this address" }).click();
        const { link } = await letterTo(set.portal, renewed);
        const goOn = async () => {
            await page.getByRole("button", { name: "Use this address" }).click();
            await page.getByText("Your new address is in use. We told both addresses.").waitFor();
        };
        return { link, goOn };
    },
};

for (const [kind, mail] of Object.entries(kinds)) {
    test(`attack 11: a link that a scanner with scripts opened three times still leads on: ${kind}`, async (t) => {
        const asking = await set.visitor(t);
        const { link, goOn } = await mail(asking, t);
        const cookies = await asking.context.cookies();
        for (const opening of [1, 2, 3]) {
            // As a scanner would, and, the last time, even with the cookies of the browser that asked.
            const scanner = await set.visitor(t);
            if (opening === 3) await scanner.context.addCookies(cookies);
            const before = await scanner.context.cookies();
            const sent = [];
            scanner.page.on("request", (request) => request.method() !== "GET" && sent.push(`${request.method()} ${request.url()}`));
            await scanner.page.goto(link);
            await scanner.page.getByRole("heading", { level: 1 }).waitFor();
            await scanner.page.waitForLoadState("networkidle");
            assert.deepEqual(sent, [], "the page posts nothing by itself");
            assert.deepEqual(await scanner.context.cookies(), before, "and gets nothing");
            assert.equal(new URL(scanner.page.url()).hash, "", "the secret has left the address");
        }
        await asking.page.goto(link);
        await goOn(asking);
    });
}

test("attack 11: where the code goes out on opening, a scanner has one text message sent and uses nothing up", async (t) => {
    const office = await set.visitor(t);
    await signInAsStaff(office, owner);
    await office.page.goto("/office/settings/sign-in");
    await office.page.getByLabel("Text the code as soon as the invitation’s page opens").check();
    await office.page.getByRole("button", { name: "Save" }).click();
    await office.page.getByText("Saved.").waitFor();

    const { link } = await letterTo(set.portal, newcomer.address);
    const texts = (await textsTo(set.portal, newcomer.number)).length;
    const scanner = await set.visitor(t);
    await scanner.page.goto(link);
    await scanner.page.getByRole("heading", { level: 1, name: "Enter your code" }).waitFor();
    assert.equal((await scanner.context.cookies()).some(({ name }) => name === "session"), false);
    const asking = await set.visitor(t);
    await asking.page.goto(link);
    const field = asking.page.getByLabel("Your code");
    await field.waitFor();
    const { code } = await textTo(set.portal, newcomer.number, { after: texts });
    await field.fill(code);
    await asking.page.getByRole("heading", { level: 1, name: "Choose a password" }).waitFor();
    assert.equal((await textsTo(set.portal, newcomer.number)).length, texts + 1, "one, however often the page opens");
});
