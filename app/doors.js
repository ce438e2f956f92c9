// The only script before sign-in and on the plain pages after it. Each page works without it: it moves a link's secret out of
// sight and into the form, asks for a passkey, writes times in the reader's zone, copies and previews. It posts nothing by
// itself, but a link's secret where the page says `data-at-once`, which redeems nothing.

/**
 * Takes the secret of a one-time link from the page's address, so that neither history nor a shared address keeps it.
 *
 * @param {Location} location where the page is
 * @param {History} history where the address is replaced
 * @returns {string} the secret, or nothing when the address has none
 */
export function takeSecret(location, history) {
  const secret = location.hash.slice(1);
  if (secret === "") {
    return "";
  }
  history.replaceState(null, "", location.pathname + location.search);
  return secret;
}

/**
 * Puts the secret into its form and offers the one button; the typed code steps back, and stays one press away.
 *
 * @param {Document} document the page
 * @param {string} secret the secret
 */
export function offerButton(document, secret) {
  const form = document.querySelector("[data-secret-form]");
  if (secret === "" || form === null) {
    return;
  }
  form.elements.namedItem("secret").value = secret;
  form.hidden = false;
  const button = form.querySelector("button");
  button.disabled = false;
  if (form.dataset.atOnce !== undefined) {
    form.requestSubmit();
    return;
  }
  const code = document.querySelector("[data-code-form]");
  if (code !== null && code.querySelector("[aria-invalid]") === null) {
    code.open = false;
    button.focus();
  }
}

/**
 * Writes the clock times of the page in the reader's zone.
 *
 * @param {Document} document the page
 */
export function localiseClocks(document) {
  for (const time of document.querySelectorAll("time[data-clock]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.textContent = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    }
  }
}

/**
 * Goes on by itself when a whole code arrives at once: pasted, or filled in by the phone or the password manager. Digits
 * that are typed one by one wait for the button, so that a slip can be put right.
 *
 * @param {Document} document the page
 */
export function sendWholeCodes(document) {
  for (const field of document.querySelectorAll("input[data-digits]")) {
    const wanted = Number(field.dataset.digits);
    let before = 0;
    field.addEventListener("input", () => {
      const digits = field.value.replace(/\D/g, "");
      if (digits.length === wanted && before < wanted - 1) {
        field.form.requestSubmit();
      }
      before = digits.length;
    });
  }
}

/**
 * Has the files of a form go one by one, where the page has such a form.
 *
 * @param {Document} document the page
 */
async function sendInPieces(document) {
  const forms = document.querySelectorAll("form[data-uploads]");
  if (forms.length > 0) {
    const { take } = await import("./uploads.js");
    for (const form of forms) {
      take(form, (to) => location.assign(to));
    }
  }
}

/**
 * A second press of a button sends nothing: the first answer is on its way. Where the answer is a download the page stays, and
 * the button is for another time.
 *
 * @param {Document} document the page
 */
export function pressOnce(document) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter?.dataset.stays !== undefined) {
      return;
    }
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    form.querySelector("button")?.setAttribute("aria-busy", "true");
  });
}

// WebAuthn speaks bytes where JSON has base64url. Browsers learned to translate by themselves only lately.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

/**
 * Has the browser make a passkey, or sign with one, and gives its answer as the server reads it.
 *
 * @param {CredentialsContainer} credentials the browser's own
 * @param {"make" | "sign"} what which of the two
 * @param {object} options what the server asks for
 * @returns {Promise<object>} the answer
 */
export async function answerOf(credentials, what, options) {
  const known = [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])];
  for (const named of [options.user, ...known]) {
    if (named !== undefined) {
      named.id = bytesOf(named.id);
    }
  }
  const publicKey = { ...options, challenge: bytesOf(options.challenge) };
  const answer = await (what === "make" ? credentials.create({ publicKey }) : credentials.get({ publicKey }));
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    response[part] = answer.response[part] ? textOf(answer.response[part]) : null;
  }
  const { id, type } = answer;
  return { id, rawId: textOf(answer.rawId), type, response, clientExtensionResults: answer.getClientExtensionResults() };
}

/**
 * Shows the forms that need a passkey where the browser can, and fetches its answer at a press. Whatever goes wrong is said
 * beside the button, and the other ways on the page stay.
 *
 * @param {Document} document the page
 * @param {CredentialsContainer} credentials the browser's own
 */
export function offerPasskeys(document, credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const said = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (button.ariaBusy === "true") {
        return;
      }
      button.ariaBusy = "true";
      said.textContent = "";
      try {
        const asked = await fetch(form.dataset.ask, { method: "POST" });
        // Where the server does not ask, it says why when the form comes without an answer.
        if (asked.ok) {
          const answer = await answerOf(credentials, form.dataset.passkey, JSON.parse(await asked.json()));
          form.elements.namedItem("answer").value = JSON.stringify(answer);
        }
        form.submit();
      } catch (error) {
        button.ariaBusy = null;
        said.textContent =
          error.name === "InvalidStateError"
            ? "This device holds a passkey for you already."
            : "No passkey was used. Try it once more, or take another way.";
      }
    });
  }
  for (const sentence of document.querySelectorAll("[data-without-passkeys]")) {
    sentence.hidden = true;
  }
}

/**
 * Counts down the pause before another code can be had, with the button at rest until then. Without scripts the page says how
 * long the pause is, and a press that comes too soon says so again.
 *
 * @param {Document} document the page
 * @param {() => number} now the time in milliseconds
 */
export function countDown(document, now = Date.now) {
  for (const words of document.querySelectorAll("[data-wait]")) {
    const button = document.getElementById(words.dataset.waitFor);
    const end = now() + Number(words.dataset.wait) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - now()) / 1000));
      button.disabled = left > 0;
      if (left === 0) {
        words.textContent = "Nothing came?";
        return;
      }
      words.textContent = `Nothing came? You can have another in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}.`;
      setTimeout(tick, 1000);
    };
    tick();
  }
}

/**
 * Copies a text of the page at a press, and says so. Without scripts there is no such button, and the text is selected by hand.
 *
 * @param {Document} document the page
 * @param {Clipboard} clipboard where it goes
 */
export function offerCopies(document, clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    const said = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await clipboard.writeText(text.value ?? text.textContent);
        said.textContent = "Copied.";
      } catch {
        text.select?.();
        said.textContent = "It is selected: copy it with your keyboard.";
      }
    });
  }
}

/**
 * What a password that is being set still lacks, rule by rule. The list of common passwords is the server's.
 *
 * @param {string} password as typed so far
 * @param {{least: number, kinds: boolean, words: string[]}} rules what it must be like
 * @returns {Record<string, string>} a sentence for each rule that fails
 */
export function failing(password, { least, kinds, words }) {
  const failures = {};
  const missing = least - [...password].length;
  if (missing > 0) {
    failures.length = `${missing} more ${missing === 1 ? "character" : "characters"} to go.`;
  }
  const wanted = [[/\p{Ll}/u, "a small letter"], [/\p{Lu}/u, "a capital letter"], [/\p{N}/u, "a figure"], [/[^\p{L}\p{N}]/u, "a sign or a space"]];
  const lacks = wanted.filter(([kind]) => kinds && !kind.test(password)).map(([, name]) => name);
  if (lacks.length > 0) {
    failures.kinds = `Still missing: ${lacks.join(", ")}.`;
  }
  let rest = password.toLowerCase();
  const said = words.filter((word) => {
    const there = rest.includes(word);
    rest = rest.replaceAll(word, " ");
    return there;
  });
  if (said.length > 0 && (rest.match(/\p{L}/gu) ?? []).length < 5) {
    failures.names = `“${said[0]}” is easy to guess here. Add words of your own.`;
  }
  return failures;
}

/**
 * Says live which rule a new password fails, and lets its owner look at it.
 *
 * @param {Document} document the page
 */
export function offerMeter(document) {
  for (const button of document.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  }
  for (const meter of document.querySelectorAll("[data-meter]")) {
    const [bar, said, field] = ["progress", "[role=status]", "input"].map((part) => meter.querySelector(part));
    const items = [...meter.querySelectorAll("[data-rule]")];
    const names = items.map((item) => item.dataset.rule);
    const rules = { least: Number(meter.dataset.least), kinds: names.includes("kinds"), words: meter.dataset.words.split(" ").filter(Boolean) };
    bar.max = items.length;
    field.addEventListener("input", () => {
      const failures = failing(field.value, rules);
      const first = names.find((name) => failures[name] !== undefined);
      bar.hidden = false;
      bar.value = names.filter((name) => failures[name] === undefined).length;
      said.textContent = first === undefined ? "Good so far. The last rule is looked at when you save." : failures[first];
      for (const item of items) {
        const unmet = failures[item.dataset.rule] !== undefined;
        item.className = unmet ? "unmet" : "met";
        item.querySelector("span").textContent = unmet ? "Not yet: " : "Met: ";
      }
    });
  }
}

/**
 * Shows look and words of the website's button in its preview while they are chosen.
 *
 * @param {Document} document the page
 */
export function previewButton(document) {
  const form = document.querySelector("[data-button-form]");
  form?.addEventListener("input", () => {
    const chosen = new FormData(form);
    for (const button of document.querySelectorAll("client-portal-button")) {
      button.setAttribute("look", chosen.get("look"));
      button.setAttribute("words", chosen.get("words"));
    }
  });
}

if (typeof document !== "undefined") {
  const offer = () => offerButton(document, takeSecret(location, history));
  offer();
  // The whole link was pasted where its page stands open already.
  addEventListener("hashchange", offer);
  localiseClocks(document);
  sendWholeCodes(document);
  countDown(document);
  pressOnce(document);
  sendInPieces(document);
  if (typeof PublicKeyCredential !== "undefined") {
    offerPasskeys(document, navigator.credentials);
  }
  offerCopies(document, navigator.clipboard);
  previewButton(document);
  offerMeter(document);
  // A page that the back button brings from the cache may be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      for (const form of document.forms) {
        delete form.dataset.sent;
        form.querySelector("button")?.removeAttribute("aria-busy");
      }
    }
  });
}
