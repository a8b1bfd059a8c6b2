// The picture of the flows: zooming and moving it, lighting up a step, and reading about one beside it.
// Other pages use `zoomable` and `light` with a picture of their own.

const LEAST = 0.1;
const MOST = 4;
const STEP = 1.25;
const PAN = 80;
const READABLE = 0.85; // below this size of letters a picture that fits is no longer read, but looked at
const SMALLEST = 0.6;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/**
 * Lets the picture in a scrolling element be zoomed and moved: Ctrl and wheel, drag, pinch, keys, and the buttons
 * `[data-zoom=in|out|fit]` beside it, if there are any. Gives `{ fit, start }`, or null without a picture.
 */
export function zoomable(container) {
  const svg = container.querySelector("svg");
  if (!svg) return null;
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const beside = container.parentElement;
  let scale = 1;

  function zoom(to, x = container.clientWidth / 2, y = container.clientHeight / 2) {
    const before = scale;
    scale = clamp(to, LEAST, MOST);
    const [left, top] = [(container.scrollLeft + x) / before, (container.scrollTop + y) / before];
    svg.setAttribute("width", Math.round(width * scale));
    svg.setAttribute("height", Math.round(height * scale));
    container.scrollLeft = left * scale - x;
    container.scrollTop = top * scale - y;
    const told = beside.querySelector(".scale-words");
    if (told) told.textContent = `${Math.round(scale * 100)} %`;
  }

  const wide = () => clamp((container.clientWidth - 2) / width, LEAST, 1.25);
  const fit = () => zoom(wide(), 0, 0);
  function start() {
    zoom(wide() < SMALLEST ? READABLE : wide(), 0, 0);
    if (wide() < SMALLEST) {
      const first = svg.querySelector(".step .badge")?.closest(".step") ?? svg.querySelector(".step");
      if (first) reveal(container, first, true);
    }
  }
  const act = { in: () => zoom(scale * STEP), out: () => zoom(scale / STEP), fit };

  for (const button of beside.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => act[button.dataset.zoom]());
  }

  container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = container.getBoundingClientRect();
      const by = Math.exp(-clamp(event.deltaY, -120, 120) / 400);
      zoom(scale * by, event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );

  container.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": act.in,
      "=": act.in,
      "-": act.out,
      "−": act.out,
      0: act.fit,
      ArrowLeft: () => container.scrollBy(-PAN, 0),
      ArrowRight: () => container.scrollBy(PAN, 0),
      ArrowUp: () => container.scrollBy(0, -PAN),
      ArrowDown: () => container.scrollBy(0, PAN),
    };
    const found = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!found) return;
    event.preventDefault();
    found();
  });

  drag(container);
  pinch(container, () => scale, zoom);
  container.addEventListener("focusin", (event) => {
    if (event.target.closest?.("svg a")) reveal(container, event.target, true);
  });
  start();
  return { fit, start };
}

function drag(container) {
  let from = null;
  let moved = false;
  container.addEventListener("pointerdown", (event) => {
    moved = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, left: container.scrollLeft, top: container.scrollTop };
  });
  container.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!moved && Math.hypot(x, y) < 5) return;
    if (!moved) {
      moved = true;
      container.setPointerCapture(event.pointerId);
      container.classList.add("dragged");
    }
    container.scrollLeft = from.left - x;
    container.scrollTop = from.top - y;
  });
  const end = () => {
    from = null;
    container.classList.remove("dragged");
  };
  container.addEventListener("pointerup", end);
  container.addEventListener("pointercancel", end);
  container.addEventListener("dragstart", (event) => event.preventDefault()); // links would be carried away
  // What was dragged was not clicked.
  container.addEventListener(
    "click",
    (event) => {
      if (!moved) return;
      moved = false;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

function pinch(container, scale, zoom) {
  let begun = null;
  const spread = ([one, two]) => Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  container.addEventListener(
    "touchstart",
    (event) => {
      begun = event.touches.length === 2 ? { spread: spread(event.touches), scale: scale() } : null;
    },
    { passive: true },
  );
  container.addEventListener(
    "touchmove",
    (event) => {
      if (!begun || event.touches.length !== 2) return;
      event.preventDefault();
      const box = container.getBoundingClientRect();
      const [one, two] = event.touches;
      const [x, y] = [(one.clientX + two.clientX) / 2 - box.left, (one.clientY + two.clientY) / 2 - box.top];
      zoom((begun.scale * spread(event.touches)) / begun.spread, x, y);
    },
    { passive: false },
  );
  container.addEventListener("touchend", () => {
    begun = null;
  });
}

function reveal(container, node, onlyIfHidden = false) {
  const [box, there] = [container.getBoundingClientRect(), node.getBoundingClientRect()];
  const seen =
    there.left >= box.left && there.right <= box.right && there.top >= box.top && there.bottom <= box.bottom;
  if (seen && onlyIfHidden) return;
  container.scrollBy({
    left: there.left + there.width / 2 - box.left - box.width / 2,
    top: there.top + there.height / 2 - box.top - box.height / 2,
    behavior: calm.matches ? "auto" : "smooth",
  });
}

/** Lights up one step, and no other, and moves it into view. Without a flow none is lit. Whether it was found. */
export function light(container, flow, step) {
  for (const lit of container.querySelectorAll(".lit")) {
    lit.classList.remove("lit");
    lit.querySelector("a")?.removeAttribute("aria-current");
  }
  if (!flow) return false;
  const node = container.querySelector(`.step[data-flow="${CSS.escape(flow)}"][data-step="${CSS.escape(step)}"]`);
  if (!node) return false;
  node.classList.add("lit");
  node.querySelector("a")?.setAttribute("aria-current", "step");
  reveal(container, node.querySelector(".box") ?? node);
  return true;
}

// --- the page of the picture

const bench = document.getElementById("bench");
if (bench) begin(bench);

function begin(bench) {
  const place = document.getElementById("place");
  const canvas = document.getElementById("picture");
  let opener = null;
  let asked = 0;

  if (canvas) {
    document.querySelector(".zoom").hidden = false;
    document.getElementById("picture-keys").hidden = false;
    zoomable(canvas);
  }
  const named = (query) => query.get("step") || query.get("contact");
  const mark = () => {
    const query = new URLSearchParams(location.search);
    const [flow, step] = (query.get("step") ?? "").split("/");
    if (canvas) light(canvas, flow, step ?? "");
  };

  async function open(address, { focus = true, push = true } = {}) {
    const number = ++asked;
    let reply;
    try {
      reply = await fetch(`${bench.dataset.place}${address.search}`, { credentials: "same-origin", redirect: "manual" });
    } catch {
      return void location.assign(address);
    }
    if (number !== asked) return;
    if (!reply.ok) return void location.assign(address);
    const told = await reply.text();
    if (number !== asked) return;
    place.innerHTML = told;
    place.hidden = false;
    bench.classList.add("with-place");
    if (push) history.pushState(null, "", address.search);
    mark();
    if (focus) document.getElementById("place-name").focus();
  }

  function close({ push = true } = {}) {
    asked += 1;
    if (push) {
      const query = new URLSearchParams(location.search);
      query.delete("step");
      query.delete("contact");
      history.pushState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    }
    place.hidden = true;
    place.replaceChildren();
    bench.classList.remove("with-place");
    mark();
    const back = opener?.isConnected ? opener : canvas;
    back?.focus({ preventScroll: false });
    opener = null;
  }

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a");
    if (!link) return;
    if (link.matches("[data-close]")) {
      event.preventDefault();
      return close();
    }
    const address = new URL(link.getAttribute("href"), location.href);
    if (address.pathname !== bench.dataset.page || !named(address.searchParams)) return;
    event.preventDefault();
    if (!place.contains(link)) opener = link;
    open(address);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !place.hidden && !event.target.matches?.("input, select")) close();
  });
  addEventListener("popstate", () => {
    const address = new URL(location.href);
    if (named(address.searchParams)) open(address, { push: false, focus: false });
    else if (!place.hidden) close({ push: false });
  });

  mark();
  if (named(new URLSearchParams(location.search))) document.getElementById("place-name")?.focus();
  search();
}

/** The list of the steps, filtered as one types. */
function search() {
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  const lines = [...document.querySelectorAll("#list .group li")];
  field.form.querySelector("button").hidden = true;
  if (field.value) return; // The server has filtered; the rest is not here.
  field.form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(wanted);
    for (const group of document.querySelectorAll("#list .group")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    const number = lines.filter((line) => !line.hidden).length;
    found.textContent = wanted ? found.dataset.words.replace("{}", number) : "";
  });
}
