// Who can sign in to the demo, and how they do it.
import { appCodeOf, letterTo, lettersTo } from "./outbox.mjs";
import { codeOf } from "./totp.mjs";

/** A contact of two clients. */
export const contact = { name: "Anwen Marlowe", address: "anwen@marlowe.example" };

/** Staff of the firm. */
export const staff = { name: "Tomasz Wilk", address: "tomasz@harcourtpell.example", password: "kiln and clay and chalk" };

/** Who runs the firm. */
export const owner = { name: "Imogen Pell", address: "imogen@harcourtpell.example", password: staff.password };

/** Asks for a link, reads it in the outbox, opens it in the same window and presses its button. */
export async function signInAsContact(visitor, portal, { address } = contact) {
    const { page } = visitor;
    const letter = await askForLink(visitor, portal, address);
    await page.goto(letter.link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/home");
}

/** Asks for a link on the sign-in page, and gives the letter that came. */
export async function askForLink({ page }, portal, address) {
    const before = (await lettersTo(portal, address)).length;
    // The plain form, also where somebody signed in before.
    await page.goto("/sign-in?other");
    await page.getByLabel("Your email address").fill(address);
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
    return letterTo(portal, address, { after: before });
}

/** Types the mailed code on the page that asked: what is left where no script runs. */
export async function signInByCode(visitor, portal, { address } = contact) {
    const { page } = visitor;
    const { code } = await askForLink(visitor, portal, address);
    await page.getByLabel("Code from the email").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/home");
}

/** Signs in by address, password and the code of the app; whoever has no app yet sets one up. */
export async function signInAsStaff(visitor, person = staff) {
    const { page } = visitor;
    await givePassword(visitor, person);
    if (page.url().endsWith("/sign-in/enrol")) {
        await setUpApp(visitor);
        await page.getByRole("button", { name: "I have kept them" }).click();
    } else {
        await giveAppCode(visitor, person);
    }
    await page.waitForURL("**/office/inbox");
}

/** Types the code of the app at the second step. */
export async function giveAppCode({ page, scripts }, { address }) {
    await page.getByLabel("Code from your app").fill(await appCodeOf({ origin: new URL(page.url()).origin }, address));
    // Where scripts run, a whole code goes on by itself.
    if (!scripts) await page.getByRole("button", { name: "Continue" }).click();
}

/** Gives the first proof, and stands before the second. */
export async function givePassword({ page }, { address, password } = staff) {
    await page.goto("/sign-in?other");
    await page.getByRole("link", { name: "Sign in manually instead" }).click();
    await page.getByLabel("Your email address").fill(address);
    await page.getByLabel("Your password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/sign-in\/(factor|enrol)$/);
}

/** Sets an authenticator app up on the page that shows its key, and gives the key. */
export async function setUpApp(visitor) {
    const { page } = visitor;
    const key = await page.locator(".app-key").textContent();
    await page.getByLabel("Type the code that the app shows").fill(codeOf(key));
    if (!visitor.scripts) await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/codes$/);
    return key;
}

/** Leaves. What the page asks for in the very moment in which its session ends is answered 401, which a browser reports. */
export async function signOut({ page, expects }) {
    expects(401);
    await page.getByRole("button", { name: "Sign out" }).first().click();
}

/** Staff open the files of the contact's client. */
export async function openFiles({ page }) {
    await page.goto("/office/files");
    await page.getByLabel("Client", { exact: true }).first().selectOption({ label: "Marlowe Ceramics Ltd" });
    await page.getByRole("button", { name: "Show", exact: true }).click();
}
