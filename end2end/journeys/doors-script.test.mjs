// The parts of app/doors.js that need no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { takeSecret } from "../../app/doors.js";

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
