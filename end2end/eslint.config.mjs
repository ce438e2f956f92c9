// Lints for the scripts: those that build, those that drive a browser, and the one that is served before sign-in.
import js from "@eslint/js";
import globals from "globals";

const rules = {
    ...js.configs.recommended.rules,
    curly: ["error", "multi-line"],
    eqeqeq: "error",
    "no-var": "error",
    "prefer-const": "error",
};

export default [
    { files: ["scripts/*.mjs", "end2end/**/*.mjs"], languageOptions: { globals: globals.node }, rules },
    // Parts of these run inside a page.
    { files: ["end2end/support/*.mjs", "end2end/journeys/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
    // A function's source, which the server wraps.
    { files: ["server/src/button/button.js"], languageOptions: { sourceType: "script", globals: globals.browser }, rules: { ...rules, "no-console": "error", "no-eval": "error" } },
    { files: ["app/doors.js", "app/uploads.js"], languageOptions: { globals: globals.browser }, rules: { ...rules, "no-console": "error", "no-eval": "error" } },
];
