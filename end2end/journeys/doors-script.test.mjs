// The parts of app/doors.js that need no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, countDown, failing, offerButton, offerCopies, previewButton, sendWholeCodes, takeSecret } from "../../app/doors.js";

test("a link's secret leaves the address, and only the secret", () => {
    const replaced = [];
    const secret = takeSecret({ hash: "#s3cret", pathname: "/link/1", search: "?a=b" }, { replaceState: (...told) => replaced.push(told) });
    assert.equal(secret, "s3cret");
    assert.deepEqual(replaced, [[null, "", "/link/1?a=b"]]);
});

test("an address without a secret stays as it is", () => {
    const secret = takeSecret({ hash: "", pathname: "/link/1", search: "" }, { replaceState: () => assert.fail("nothing to replace") });
    assert.equal(secret, "");
});

/** A field for six digits; `type(..)` gives it one value after the other and counts how often its form was sent. */
function codeField() {
    let sent = 0;
    let listener;
    const field = { dataset: { digits: "6" }, value: "", form: { requestSubmit: () => (sent += 1) }, addEventListener: (_, heard) => (listener = heard) };
    sendWholeCodes({ querySelectorAll: () => [field] });
    const type = (...values) => {
        for (const value of values) {
            field.value = value;
            listener();
        }
        return sent;
    };
    return type;
}

test("a code that arrives whole goes on by itself", () => {
    assert.equal(codeField()("123456"), 1);
    assert.equal(codeField()("123 456"), 1, "as apps show it");
});

test("a code that is typed digit by digit waits for its button", () => {
    assert.equal(codeField()("1", "12", "123", "1234", "12345", "123456"), 0);
    assert.equal(codeField()("123", "12345678"), 0, "and so does what is no code");
});

/** A link's page with its form; `sent` counts how often that was sent by itself. */
function linkPage(dataset) {
    const field = { value: "" };
    const button = { disabled: true, focus: () => {} };
    const form = { dataset, hidden: true, sent: 0, elements: { namedItem: () => field }, querySelector: () => button, requestSubmit: () => (form.sent += 1) };
    return { form, field, button, querySelector: (wanted) => (wanted === "[data-secret-form]" ? form : null) };
}

test("a link's secret waits in its form for the button, unless the firm has it sent on opening", () => {
    const waits = linkPage({});
    offerButton(waits, "s3cret");
    assert.deepEqual([waits.form.sent, waits.form.hidden, waits.field.value, waits.button.disabled], [0, false, "s3cret", false]);
    const opens = linkPage({ atOnce: "" });
    offerButton(opens, "s3cret");
    assert.equal(opens.form.sent, 1);
    const bare = linkPage({ atOnce: "" });
    offerButton(bare, "");
    assert.equal(bare.form.sent, 0, "without the secret there is nothing to send");
});

test("the pause before another code is counted down, and the button rests until it is over", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
    const button = { disabled: false };
    const words = { dataset: { wait: "61", waitFor: "again" }, textContent: "" };
    countDown({ querySelectorAll: () => [words], getElementById: () => button });
    assert.deepEqual([button.disabled, words.textContent], [true, "Nothing came? You can have another in 1:01."]);
    for (let second = 0; second < 60; second += 1) t.mock.timers.tick(1000);
    assert.deepEqual([button.disabled, words.textContent], [true, "Nothing came? You can have another in 0:01."]);
    t.mock.timers.tick(1000);
    assert.deepEqual([button.disabled, words.textContent], [false, "Nothing came?"]);
});

/** As much of a document as the copying needs. */
function page(text, said, button) {
    return { querySelectorAll: () => [button], getElementById: () => text, querySelector: () => said };
}

test("a copy button appears, copies its text and says so", async () => {
    const presses = [];
    const button = { dataset: { copy: "drawn" }, hidden: true, addEventListener: (_, press) => presses.push(press) };
    const said = { textContent: "" };
    const written = [];
    offerCopies(page({ value: "<a>" }, said, button), { writeText: async (text) => written.push(text) });
    assert.equal(button.hidden, false);
    await presses[0]();
    assert.deepEqual([written, said.textContent], [["<a>"], "Copied."]);
});

test("where the clipboard is refused, the text is selected instead", async () => {
    const presses = [];
    let selected = false;
    const button = { dataset: { copy: "drawn" }, hidden: true, addEventListener: (_, press) => presses.push(press) };
    const said = { textContent: "" };
    offerCopies(page({ value: "<a>", select: () => (selected = true) }, said, button), undefined);
    await presses[0]();
    assert.ok(selected && said.textContent.startsWith("It is selected"));
});

test("a page without the button's form has nothing to preview", () => {
    assert.doesNotThrow(() => previewButton({ querySelector: () => null }));
});

test("mission 20: the meter names the rule that fails", () => {
    const rules = { least: 15, kinds: false, words: ["harcourtpell", "harcourt", "pell", "anwen"] };
    assert.deepEqual(failing("nine brown hens", rules), {});
    assert.equal(failing("nine brown hen", rules).length, "1 more character to go.");
    assert.equal(failing("Harcourt-Pell-2026!", rules).names, "“harcourt” is easy to guess here. Add words of your own.");
    assert.equal(failing("anwen keeps brown hens", rules).names, undefined);
    assert.equal(failing("盆栽の松は三十年目の春を迎える", rules).length, undefined, "characters are counted, not bytes");
    assert.equal(failing("nine brown hens", { ...rules, kinds: true }).kinds, "Still missing: a capital letter, a figure.");
});

test("a passkey's bytes travel as base64url, both ways", async () => {
    const asked = {};
    const bytes = (...list) => Uint8Array.from(list).buffer;
    const credentials = {
        async get({ publicKey }) {
            Object.assign(asked, publicKey);
            const response = { clientDataJSON: bytes(251, 255), authenticatorData: bytes(1), signature: bytes(2), userHandle: null };
            return { id: "-_8", rawId: bytes(251, 255), type: "public-key", response, getClientExtensionResults: () => ({}) };
        },
    };
    const options = { challenge: "-_8", rpId: "localhost", allowCredentials: [{ type: "public-key", id: "AQID" }] };
    const answer = await answerOf(credentials, "sign", options);
    assert.deepEqual([...asked.challenge], [251, 255]);
    assert.deepEqual([...asked.allowCredentials[0].id], [1, 2, 3]);
    assert.equal(asked.rpId, "localhost");
    assert.deepEqual([answer.rawId, answer.response.clientDataJSON, answer.response.userHandle], ["-_8", "-_8", null]);
});
