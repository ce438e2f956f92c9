// The parts of app/doors.js that need no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sendWholeCodes, takeSecret } from "../../app/doors.js";

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
