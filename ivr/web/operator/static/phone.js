// The phone: each step of the call is asked of the service, and shown, spoken and waited for here.
// Forms stay what they are for a browser without JavaScript; their buttons are taken over.

import { remember } from "./address.js";
import { Voice } from "./phone_voice.js";

const root = document.getElementById("phone");
const texts = JSON.parse(root.dataset.texts);
const by = (id) => document.getElementById(id);
const settings = by("settings");
const turnForm = by("turn");
const token = settings.elements.token.value;
const [call, end, silence, pause, skip, results] = ["call", "end", "silence", "pause", "skip", "results"].map(by);
const [statusLine, clock, typed, phase, left, transcript] =
  ["status", "clock", "typed", "phase", "left", "transcript"].map(by);
const handset = root.querySelector(".handset");
const log = transcript.parentElement;
const keep = by("keep");
const where = by("where");
const voice = new Voice(by("voice"), by("voices"), by("voice-list"), by("mute"), settings.elements.language);

const say = (name, value) => texts[name].replace("{}", value);

let sealed = ""; // The call, as the service has sealed it.
let facts = null; // What it waits for.
let word = ""; // The set that it is on, as it was chosen.
let number = 0; // Of the call: what comes late from one that is over does not count.
let busy = false;
let leaving = false;
let entered = "";
let begun = 0;

// --- the clock of the call, and the time that is left for a key

const wait = { total: 0, left: 0, stopped: false, kind: "" };

setInterval(() => {
  if (!facts && !busy) return;
  const seconds = Math.floor((performance.now() - begun) / 1000);
  if (facts?.wait !== "over") clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}, 250);

setInterval(() => {
  if (wait.kind !== "silence" || wait.stopped || busy) return;
  wait.left -= 0.1;
  showLeft();
  if (wait.left > 0) return;
  wait.kind = "";
  if (entered) send({ key: entered }, say("entered", shown(entered)));
  else send({ do: "silence" });
}, 100);

function showLeft() {
  left.hidden = wait.kind !== "silence";
  left.max = wait.total || 1;
  left.value = Math.max(0, wait.left);
  phase.textContent = wait.stopped ? texts.paused : say("silence_in", Math.max(0, Math.ceil(wait.left)));
}

function listenThenWait(heard) {
  wait.kind = "speaking";
  left.hidden = true;
  skip.hidden = heard.length === 0;
  phase.textContent = heard.length ? texts.speaking : "";
  const mine = number;
  voice.speak(heard, (line) => {
    if (mine !== number) return;
    for (const each of transcript.querySelectorAll(".now")) each.classList.remove("now");
    if (!line) return;
    line.classList.add("now");
    bring(line);
  }).then((whole) => {
    if (whole && mine === number && wait.kind === "speaking") beginSilence();
  });
}

function beginSilence() {
  for (const each of transcript.querySelectorAll(".now")) each.classList.remove("now");
  skip.hidden = true;
  if (!facts || facts.wait === "over") return void (phase.textContent = "");
  if (facts.wait === "dial") return void (phase.textContent = "");
  Object.assign(wait, { kind: "silence", total: facts.seconds, left: facts.seconds });
  showLeft();
}

pause.addEventListener("click", () => {
  wait.stopped = !wait.stopped;
  pause.setAttribute("aria-pressed", String(wait.stopped));
  if (wait.kind === "silence") showLeft();
});
skip.addEventListener("click", () => {
  const focused = document.activeElement === skip;
  voice.stop();
  beginSilence();
  if (focused) silence.focus();
});

// --- asking the service

async function send(fields, did = "") {
  if (busy) {
    leaving ||= fields.do === "hangup"; // she may hang up while the service is still thinking
    return;
  }
  const starting = "version" in fields;
  if (!starting && (!facts || facts.wait === "over")) return;
  busy = true;
  voice.stop();
  wait.kind = "";
  left.hidden = true;
  skip.hidden = true;
  if (did) add("mine", did);
  const body = new URLSearchParams({ token, ...(starting ? {} : { call: sealed }), ...fields });
  const mine = starting ? ++number : number;
  let answer;
  try {
    const reply = await fetch(starting ? root.dataset.call : root.dataset.turn, { method: "POST", body });
    answer = reply.ok ? await reply.json() : { error: reply.status < 500 ? texts.expired : texts.lost };
  } catch {
    answer = { error: texts.lost };
  }
  busy = false;
  if (mine !== number) return;
  if (answer.error) answer = { heard: [], wait: "over", ended: "error", status: answer.error, call: "", did: "" };
  take(answer, did);
  if (leaving && answer.wait !== "over") send({ do: "hangup" });
  leaving = false;
}

function take(answer, did) {
  const focusWas = document.activeElement;
  facts = answer;
  if (answer.call) sealed = answer.call;
  entered = "";
  typed.textContent = "";
  if (!did && answer.did) add("mine still", answer.did);
  const lines = answer.heard.map((heard) => bubble(heard));
  if (answer.wait === "dial") add("event", answer.status);
  if (answer.ended && answer.ended !== "caller") add(answer.ended === "error" ? "event bad" : "event", answer.status);
  if (answer.rehearsal) transcript.append(by("careful").content.cloneNode(true));
  if (lines.length) bring(lines[0], true);
  else log.scrollTop = log.scrollHeight;
  statusLine.textContent = answer.status;
  const over = answer.wait === "over";
  results.hidden = answer.wait !== "dial";
  silence.hidden = !(answer.wait === "key" || answer.wait === "keys");
  pause.hidden = silence.hidden;
  call.setAttribute("aria-disabled", String(!over));
  end.setAttribute("aria-disabled", String(over));
  if (keep) {
    keep.hidden = !sealed;
    keep.querySelector("[name=call]").value = sealed;
  }
  listenThenWait(answer.heard.map((heard, index) => ({ ...heard, line: lines[index] })));
  // Whoever stood on a button that is gone stands on the one that is there in its place.
  if (answer.wait === "dial" && handset.contains(focusWas)) results.querySelector("button").focus();
  else if (focusWas?.closest("[hidden]")) (over ? call : silence.hidden ? end : silence).focus();
  if (answer.place) locate(answer.place, answer.version);
}

// --- what is shown

// What is being said is in sight, at the top when it is new; the page itself stays where it is.
function bring(line, top = false) {
  const from = line.offsetTop - transcript.offsetTop - 48;
  const below = from + line.offsetHeight + 64 > log.scrollTop + log.clientHeight;
  if (top || below) log.scrollTop = from;
}

function add(kind, text) {
  by("empty").hidden = true;
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = text;
  transcript.append(line);
  log.scrollTop = log.scrollHeight;
  return line;
}

function bubble(heard) {
  const line = add("theirs", "");
  const name = document.createElement("span");
  name.className = "code";
  name.textContent = heard.name;
  const text = document.createElement("span");
  text.textContent = heard.text;
  text.lang = heard.lang;
  text.dir = heard.dir;
  // Which language it is, is said where it changes.
  const before = [...transcript.querySelectorAll(".theirs")].at(-2)?.lastChild;
  if (before?.lang === heard.lang && line.previousElementSibling?.className === "theirs") name.className = "unseen";
  line.append(name, text);
  return line;
}

const shown = (keys) => (facts?.secret ? keys.replace(/[0-9]/g, "•") : keys);

// --- keys

function press(key) {
  const button = turnForm.querySelector(`[name=key][value="${key}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 140);
  if (busy || !facts) return;
  if (facts.wait === "key") {
    typed.textContent = key;
    send({ key }, say("pressed", key));
  } else if (facts.wait === "keys") {
    voice.stop();
    entered += key;
    typed.textContent = shown(entered);
    if (facts.ends.includes(key) || entered.length >= facts.most) send({ key: entered }, say("entered", shown(entered)));
    else beginSilence();
  }
}

// Keys of the keyboard are keys of the phone while one is at the phone or in what was heard, and nowhere else: who
// works by voice or by single keys types nothing into a call by accident.
function typedAtPhone(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.defaultPrevented || event.target.closest?.("input, select, textarea, [contenteditable]")) return;
  if (/^[0-9*#]$/.test(event.key) && facts && facts.wait !== "over") {
    event.preventDefault();
    press(event.key);
  } else if (event.key === "Backspace" && entered) {
    event.preventDefault();
    entered = entered.slice(0, -1);
    typed.textContent = shown(entered);
  }
}
for (const part of [handset, log]) part.addEventListener("keydown", typedAtPhone);

turnForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, value } = event.submitter ?? {};
  if (name === "key") press(value);
  else if (name === "result") send({ result: value });
  else if (name === "do") send({ do: value });
});

settings.addEventListener("submit", (event) => {
  event.preventDefault();
  if (facts && facts.wait !== "over") return;
  transcript.replaceChildren();
  sealed = "";
  begun = performance.now();
  clock.textContent = "0:00";
  statusLine.textContent = texts.calling;
  phase.textContent = "";
  const fields = Object.fromEntries([...new FormData(settings)].filter(([name]) => name !== "plain" && name !== "token"));
  word = fields.version || "live";
  if (picture) picture.light(by("picture"));
  if (!handset.contains(document.activeElement)) handset.focus({ preventScroll: true });
  facts = null;
  send({ version: "live", ...fields });
});

// --- how it is to be called: the address remembers it

function chosen() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(settings)) {
    const usual = { version: "live", caller: "mobile" }[name] ?? "";
    if (name !== "token" && name !== "plain" && value !== usual) query.set(name, value);
  }
  remember(query);
  for (const chip of document.querySelectorAll(".chip")) {
    if (chip.dataset.at === settings.elements.at.value) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
  }
}
settings.addEventListener("change", chosen);
for (const chip of document.querySelectorAll(".chip")) {
  chip.addEventListener("click", (event) => {
    event.preventDefault();
    settings.elements.at.value = chip.dataset.at;
    chosen();
  });
}

// --- the picture beside it; the phone works without

let picture = null;
let drawn = ""; // What it is of: the word of a set, and the version that this was.
let drawing = 0;

// Lights up the step that waits. A large set is drawn one flow at a time: that where the call is.
async function locate(place, version) {
  const of = `${word} ${version}`;
  const here = drawn === of && picture.light(by("picture"), ...place);
  const query = new URLSearchParams({ version: word, step: place.join("/") });
  by("open-place").href = `${root.dataset.place}?${query}`;
  const mine = ++drawing;
  if (here) return;
  try {
    picture ??= await import(root.dataset.picture);
    const reply = await fetch(`${root.dataset.svg}?${query}`, { redirect: "manual" });
    const svg = reply.ok ? await reply.text() : "";
    if (mine !== drawing) return;
    drawn = svg && of;
    where.hidden = !svg;
    if (!svg) return;
    const canvas = by("picture").cloneNode(false); // what listened to the one before goes with it
    canvas.innerHTML = svg;
    by("picture").replaceWith(canvas);
    picture.zoomable(canvas);
    picture.light(canvas, ...place);
  } catch {
    where.hidden = true;
    drawn = "";
  }
}

call.setAttribute("aria-disabled", "false");
end.setAttribute("aria-disabled", "true");
