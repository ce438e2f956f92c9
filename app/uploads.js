// Sends the files of a plain form one by one, so that each goes on where it broke off: by tus 1.0.0
// (https://tus.io/protocols/resumable-upload). `doors.js` loads it on pages that have such a form; without it the browser sends the
// form itself, in one go.

/** In place of a status: the sender's own file cannot be read. */
const UNREAD = -1;
const VERSION = { "tus-resumable": "1.0.0" };
const MEMORY = "upload ";
/** Milliseconds for which the server keeps what was begun: 3 days after its last byte. */
const KEPT = 3 * 24 * 60 * 60 * 1000;

/** A file was not taken, and will not be by trying again; in words, where the server gave some. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The sender gave a file up. */
export class Cancelled extends Error {}

/**
 * How long a rest takes at the rate so far, in words.
 *
 * @param {number} left bytes that are left
 * @param {number} sent bytes that went
 * @param {number} seconds in how long
 * @returns {string} nothing while it is too early to say
 */
export function timeLeft(left, sent, seconds) {
  if (seconds < 2 || sent === 0) {
    return "";
  }
  const rest = Math.ceil((left * seconds) / sent);
  const [many, unit] = rest < 60 ? [rest, "second"] : [Math.ceil(rest / 60), "minute"];
  return `${many} ${unit}${many === 1 ? "" : "s"} left`;
}

/**
 * A number of bytes in words, as the pages say it.
 *
 * @param {number} bytes how many
 * @returns {string} `3.2 MB`
 */
export function human(bytes) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  let size = bytes;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(1).replace(".0", "")} ${bytes === 1 ? "byte" : units[unit]}`;
}

/**
 * Under which name an upload is remembered in this browser. It is a digest, so that it tells nobody what was sent.
 *
 * @param {string} place where the file goes
 * @param {{name: string, size: number, lastModified: number}} file the file
 * @returns {Promise<string>} the name; nothing where the browser makes no digests
 */
export async function memoryOf(place, file) {
  if (globalThis.crypto?.subtle === undefined) {
    return "";
  }
  const words = new TextEncoder().encode([place, file.name, file.size, file.lastModified].join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", words));
  return MEMORY + [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The header that says what comes and where it goes.
 *
 * @param {string} place key and id
 * @param {{name: string, lastModified: number}} file the file
 * @returns {string} pairs of key and base64
 */
export function metadata(place, file) {
  const [key, id] = place.split(" ");
  const pairs = { filename: file.name, [key]: id, modified: String(file.lastModified) };
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return Object.entries(pairs).map(([name, value]) => `${name} ${base64(value)}`).join(",");
}

/** Whether a later try may go better. */
const isPassing = (status) => status === 0 || status === 408 || status === 409 || status === 423 || status === 429 || status >= 500;

/**
 * Sends one file, from where it stands. It tries again by itself whenever the line breaks.
 *
 * @param {{place: string, file: File, storage: Storage, now: () => number, wait: (ms: number) => Promise<void>,
 *   ready: () => Promise<void>, request: (method: string, url: string, headers: object, body?: Blob, moved?: (sent: number) => void) =>
 *   Promise<{status: number, header: (name: string) => string | null, text: string}>,
 *   shown: (at: number, words?: string) => void}} the file, and what it needs of the browser
 * @returns {Promise<{id: string, memory: string}>} the finished upload, and the name under which it is remembered
 */
export async function sendFile({ place, file, storage, now, wait, ready, request, shown }) {
  const memory = await memoryOf(place, file);
  const standing = async (url) => {
    const stands = await request("HEAD", url, VERSION);
    if (isPassing(stands.status)) {
      return -1;
    }
    const at = stands.header("upload-offset");
    return stands.status === 200 && at !== null ? Number(at) : null;
  };
  let url = recall(storage, memory, now());
  for (let tries = 0; ; tries += 1) {
    await ready();
    let at = url === null ? null : await standing(url);
    if (at === null) {
      const headers = { ...VERSION, "upload-length": String(file.size), "upload-metadata": metadata(place, file) };
      const made = await request("POST", "/uploads", headers);
      if (made.status === 201) {
        [url, at, tries] = [made.header("location"), 0, 0];
        remember(storage, memory, url, now());
      } else if (!isPassing(made.status)) {
        throw new Refused(made.text, made.status);
      }
    }
    if (at !== null && at >= 0) {
      if (at === file.size) {
        return { id: url.split("/").pop(), memory };
      }
      const from = at;
      const headers = { ...VERSION, "upload-offset": String(from), "content-type": "application/offset+octet-stream" };
      shown(from);
      const sent = await request("PATCH", url, headers, file.slice(from), (bytes) => shown(from + bytes));
      if (sent.status === 204) {
        tries = -1;
        continue;
      }
      if (!isPassing(sent.status)) {
        throw new Refused(sent.text, sent.status);
      }
      // A file that was removed or changed looks like a line that broke, each time.
      await file.slice(0, 1).arrayBuffer?.().catch(() => {
        throw new Refused("", UNREAD);
      });
    }
    const seconds = Math.min(2 ** tries, 30);
    shown(null, `The connection broke off. It goes on in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`);
    await wait(seconds * 1000);
  }
}

function recall(storage, memory, now) {
  const [url, at] = (storage.getItem(memory) ?? "").split(" ");
  return url !== "" && now - Number(at) < KEPT ? url : null;
}

function remember(storage, memory, url, now) {
  if (memory !== "") {
    storage.setItem(memory, `${url} ${now}`);
  }
}

/** The browser's own memory. Where it has none for us, what was begun goes on while the page is open. */
const here = {
  getItem: (name) => attempt(() => localStorage.getItem(name)),
  setItem: (name, value) => attempt(() => localStorage.setItem(name, value)),
  removeItem: (name) => attempt(() => localStorage.removeItem(name)),
};

function attempt(what) {
  try {
    return what() ?? null;
  } catch {
    return null;
  }
}

/** What the server says to a person; what other servers say between us is for none. */
function wordsOf(request) {
  return request.getResponseHeader("content-type")?.startsWith("text/plain") ? request.responseText : "";
}

/** One request, with how much of its body went. `hold` gets the way to end it. */
function ask(hold, method, url, headers, body, moved) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }
    if (moved !== undefined) {
      request.upload.addEventListener("progress", (event) => moved(event.loaded));
    }
    request.addEventListener("loadend", () =>
      resolve({ status: request.status, header: (name) => request.getResponseHeader(name), text: wordsOf(request) }),
    );
    hold(() => request.abort());
    request.send(body);
  });
}

/** A row of the list: the file, how far it is, and the sender's ways to hold it, go on, or give it up. */
function row(list, template, file) {
  const item = template.content.cloneNode(true).firstElementChild;
  list.append(item);
  const [bar, words, pause, cancel] = ["progress", "[data-words]", "[data-pause]", "[data-cancel]"].map((part) => item.querySelector(part));
  item.querySelector("[data-name]").textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  // Each row has the same words on its buttons; whoever hears them needs the file too.
  const named = (button) => button.setAttribute("aria-label", `${button.textContent} ${file.name}`);
  named(pause);
  named(cancel);
  bar.max = Math.max(file.size, 1);
  let [end, paused, cancelled, goOn, begun, first] = [() => {}, false, false, () => {}, 0, 0];
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    named(pause);
    if (paused) {
      words.textContent = `Paused at ${human(bar.value)} of ${human(file.size)}.`;
      end();
    } else {
      goOn();
    }
  });
  cancel.addEventListener("click", () => {
    cancelled = true;
    // The button that was pressed goes; whoever uses the keyboard stays at this file.
    words.tabIndex = -1;
    words.focus();
    pause.hidden = cancel.hidden = true;
    // A file further down has its turn later; that it will not be sent is said now.
    words.textContent = "Cancelled.";
    end();
    goOn();
  });
  return {
    item,
    hold: (how) => (end = how),
    /** Waits while the sender holds the file. */
    ready: async () => {
      while (paused && !cancelled) {
        await new Promise((resolve) => (goOn = resolve));
      }
      if (cancelled) {
        throw new Cancelled();
      }
      begun = 0;
    },
    /** Waits for a while, or until the line is back or the sender does something. */
    wait: (ms) =>
      new Promise((resolve) => {
        goOn = resolve;
        addEventListener("online", resolve, { once: true });
        setTimeout(resolve, paused || cancelled ? 0 : ms);
      }),
    shown: (at, said) => {
      if (paused || cancelled) {
        return;
      }
      if (begun === 0) {
        [begun, first] = [Date.now(), at];
      }
      bar.value = at ?? bar.value;
      const seconds = (Date.now() - begun) / 1000;
      const rate = seconds > 1 ? `, ${human((at - first) / seconds)}/s` : "";
      words.textContent = said ?? `${human(bar.value)} of ${human(file.size)}${rate}. ${timeLeft(file.size - at, at - first, seconds)}`;
    },
    ended: (said, done) => {
      words.textContent = said;
      bar.value = done ? bar.max : bar.value;
      item.classList.toggle("refused", !done);
      pause.hidden = cancel.hidden = true;
    },
  };
}

/** Where a form's files go: as the form says, or to the client that is chosen in it. */
function placeOf(form) {
  const place = form.dataset.uploads;
  return place.includes(" ") ? place : `${place} ${form.elements.namedItem(place).value}`;
}

/**
 * Sends a form's files by themselves, and then the form with what became of them. The answer says where to go.
 *
 * @param {HTMLFormElement} form the form
 * @param {(to: string) => void} go leaves for another page
 */
export function take(form, go) {
  const shown = form.querySelector("[data-sending]");
  const [list, template, said] = ["ul", "template", "[role=status]"].map((part) => shown.querySelector(part));
  const input = form.querySelector("input[type=file]");
  let unanswered = null;
  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    shown.hidden = files.length === 0;
    if (files.length > Number(shown.dataset.most)) {
      event.preventDefault();
      event.stopPropagation();
      said.textContent = shown.dataset.many;
      return;
    }
    // A second press while the first one is at work does nothing (`pressOnce`).
    if (files.length === 0 || form.dataset.sent !== undefined) {
      return;
    }
    event.preventDefault();
    list.replaceChildren();
    // As it stands now: what is changed while files go is for another time.
    const [place, body] = [placeOf(form), new FormData(form)];
    const chosen = [place, ...files.map((file) => [file.name, file.size, file.lastModified].join("/"))].join("\n");
    if (unanswered?.chosen === chosen) {
      // The form went, and nobody knows whether it arrived: the same once more finds what it made.
      unanswered = await end({ form, shown, said, go, ...unanswered });
      return;
    }
    if (unanswered !== null) {
      // Other files are another form.
      body.set("form", [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
    const rows = files.map((file) => row(list, template, file));
    const finished = [];
    let refused = 0;
    for (const [number, file] of files.entries()) {
      said.textContent = files.length === 1 ? "Sending." : `Sending ${number + 1} of ${files.length}.`;
      const line = rows[number];
      const request = (...asked) => ask(line.hold, ...asked);
      try {
        finished.push(await sendFile({ place, file, storage: here, now: Date.now, request, ...line }));
        line.ended(`${human(file.size)}, arrived.`, true);
      } catch (error) {
        if (error instanceof Cancelled) {
          await giveUp(place, file, request);
          line.ended("Cancelled.", false);
        } else if (error instanceof Refused) {
          refused += 1;
          line.ended(wordsFor(error, shown), false);
        } else {
          refused += 1;
          line.ended(shown.dataset.failed, false);
        }
      }
    }
    if (refused > 0 || finished.length === 0) {
      free(form);
      said.textContent = refused > 0 ? shown.dataset.refused : shown.dataset.stopped;
      return;
    }
    body.delete("files");
    for (const { id } of finished) {
      body.append("upload", id);
    }
    unanswered = await end({ form, shown, said, go, chosen, body, finished });
  });
}

/** Why a file was not taken. */
function wordsFor({ message, status }, { dataset }) {
  if (status === UNREAD) {
    return dataset.unread;
  }
  return status === 401 ? dataset.signedOut : message || dataset.failed;
}

/** The form may be sent again. */
function free(form) {
  delete form.dataset.sent;
  form.querySelector("button[aria-busy]")?.removeAttribute("aria-busy");
}

/** What had arrived of a file that was given up goes at once. */
async function giveUp(place, file, request) {
  const memory = await memoryOf(place, file);
  const url = recall(here, memory, Date.now());
  if (url !== null) {
    here.removeItem(memory);
    await request("DELETE", url, VERSION);
  }
}

/**
 * All files are there: the form goes, with their ids in place of their bytes.
 *
 * @returns {Promise<object|null>} what to send again, where no answer came
 */
async function end({ form, shown, said, go, chosen, body, finished }) {
  said.textContent = "All sent. It is being kept.";
  const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body }).catch(() => null);
  const to = answer?.headers.get("location") ?? null;
  if (to === null) {
    free(form);
    said.textContent = answer?.status === 401 ? shown.dataset.signedOut : shown.dataset.failed;
    return { chosen, body, finished };
  }
  // A refused form is shown with its reason, and what was sent for it waits.
  if (answer.ok) {
    for (const { memory } of finished) {
      here.removeItem(memory);
    }
  }
  go(to);
  return null;
}
