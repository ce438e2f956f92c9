// The button of a firm's client portal, for the firm's own website. It draws a link and nothing more: no cookie, no
// request, no tracking. It works where the page forbids inline styles and markup from strings, because it builds elements
// and gives its shadow a style sheet made by script. Without it the link inside the element stays a plain link.

const SVG = "http://www.w3.org/2000/svg";
// Lucide's lock (ISC).
const LOCK = ["M7 11V7a5 5 0 0 1 10 0v4", "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2"];

function css(firm) {
  const colour = (lightness) => `oklch(${lightness} ${firm.chroma} ${firm.hue})`;
  // The first of two is for browsers that do not know oklch.
  return `
:host { display: inline-block; }
:host([hidden]) { display: none; }
a { --fill: #28434e; --fill: ${colour(0.44)}; --deep: #1c323b; --deep: ${colour(0.37)};
  box-sizing: border-box; display: inline-flex; align-items: center; justify-content: center; gap: .5em; min-height: 44px;
  padding: .5em 1.1em; border: 1px solid transparent; border-radius: 6px;
  font: 600 1rem/1.25 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; text-decoration: none; cursor: pointer; }
a:focus-visible { outline: 3px solid var(--fill); outline-offset: 3px; }
svg { flex: none; width: 1.1em; height: 1.1em; }
.filled { background: var(--fill); color: #fff; }
.filled:hover { background: var(--deep); }
.outline { border-color: var(--fill); background: #fff; color: var(--fill); }
.outline:hover { border-color: var(--deep); color: var(--deep); }
.quiet { padding-inline: .25em; color: inherit; text-decoration: underline; text-underline-offset: .2em; }
@media (forced-colors: active) { a { border-color: LinkText; } }
`;
}

function lock() {
  const svg = document.createElementNS(SVG, "svg");
  const plain = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round" };
  for (const [name, value] of Object.entries({ ...plain, "stroke-linejoin": "round", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  for (const line of LOCK) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

// eslint-disable-next-line no-unused-vars -- the server calls it with the firm's own facts
function clientPortalButton(firm) {
  if (customElements.get("client-portal-button")) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(firm));

  class ClientPortalButton extends HTMLElement {
    static observedAttributes = ["look", "words"];

    connectedCallback() {
      if (this.shadowRoot === null) {
        const shadow = this.attachShadow({ mode: "open" });
        shadow.adoptedStyleSheets = [sheet];
        const link = document.createElement("a");
        // The address is the firm's, whatever the page says, and opens in the whole window.
        link.href = firm.address;
        link.target = "_top";
        link.rel = "noopener";
        link.part = "link";
        link.append(lock(), document.createElement("span"));
        shadow.append(link);
      }
      this.draw();
    }

    attributeChangedCallback() {
      if (this.shadowRoot !== null) this.draw();
    }

    draw() {
      const link = this.shadowRoot.querySelector("a");
      const look = this.getAttribute("look");
      link.className = ["filled", "outline", "quiet"].includes(look) ? look : firm.look;
      link.querySelector("span").textContent = this.getAttribute("words")?.trim() || firm.words;
    }
  }
  customElements.define("client-portal-button", ClientPortalButton);
}
