// Today: the slider moves the board without loading the page, and the board looks again by itself.
// Only the parts that tell something are replaced; forms stay as they are being filled in.

import { remember } from "./address.js";

const board = document.getElementById("board");
const travel = document.getElementById("travel");
const loggedOut = document.getElementById("logged-out");
const said = document.getElementById("said");
const { at, day, minute } = travel.elements;

const SECONDS = 10;
const DAY = 86400000;
const MINUTE = 60000;

let travelling = board.querySelector("[data-now]").dataset.now === "no";
let asked = 0;

async function show(quiet) {
  const number = ++asked;
  const query = new URLSearchParams(quiet ? { quiet: "yes" } : {});
  if (travelling) query.set("at", at.value);
  let reply;
  try {
    reply = await fetch(`${travel.dataset.board}?${query}`, { credentials: "same-origin", redirect: "manual" });
  } catch {
    return; // The network is away: what is shown has its time beside it.
  }
  if (number !== asked) return;
  // Whoever is writing something keeps it: she logs in elsewhere, and the next look brings what her forms need.
  loggedOut.hidden = !(reply.status === 401 || reply.type === "opaqueredirect");
  if (!reply.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await reply.text();
  if (number === asked) replace(fresh.content, quiet);
}

function replace(fresh, quiet) {
  const open = new Set([...board.querySelectorAll("[data-part] details[open]")].map((each) => each.id));
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = board.querySelector(`[data-part="${part.dataset.part}"]`);
    for (const each of part.querySelectorAll("details")) each.open = open.has(each.id);
    if (!old || old.outerHTML === part.outerHTML) continue;
    if (quiet && old.contains(document.activeElement) && document.activeElement.matches("button, summary, a")) continue;
    old.replaceWith(part);
  }
  const token = fresh.querySelector("[name=token]")?.value;
  if (token) for (const field of document.querySelectorAll("[name=token]")) field.value = token;
  for (const form of board.querySelectorAll(".change")) form.hidden = travelling;
  const moment = fresh.querySelector("[data-said]") ?? board.querySelector("[data-said]");
  if (!quiet) said.textContent = moment.dataset.said;
}

// The clock on the wall, as if it were UTC: sums of days and minutes know no summer time then.
const wall = () => Date.parse(`${at.value}Z`);
const first = (when) => Date.UTC(new Date(when).getUTCFullYear(), 0, 1);

function setSliders() {
  const when = wall();
  if (Number.isNaN(when)) return;
  const days = (Date.UTC(new Date(when).getUTCFullYear() + 1, 0, 1) - first(when)) / DAY;
  day.max = days - 1;
  day.value = Math.floor((when - first(when)) / DAY);
  minute.value = Math.floor((when % DAY) / MINUTE);
  const [date, time] = at.value.split("T");
  day.setAttribute("aria-valuetext", date);
  minute.setAttribute("aria-valuetext", time);
}

let pause;
function moved() {
  travelling = true;
  clearTimeout(pause);
  pause = setTimeout(() => {
    remember(new URLSearchParams({ at: at.value }));
    show(false);
  }, 60);
}

for (const slider of [day, minute]) {
  slider.addEventListener("input", () => {
    const when = first(wall()) + Number(day.value) * DAY + Number(minute.value) * MINUTE;
    at.value = new Date(when).toISOString().slice(0, 16);
    setSliders();
    moved();
  });
}
at.addEventListener("input", () => {
  if (Number.isNaN(wall())) return;
  setSliders();
  moved();
});
travel.addEventListener("submit", (event) => {
  event.preventDefault();
  moved();
});
for (const field of travel.querySelectorAll(".slide")) field.hidden = false;
setSliders();

setInterval(() => {
  if (!travelling && !document.hidden) show(true);
}, SECONDS * 1000);
document.addEventListener("visibilitychange", () => {
  if (!travelling && !document.hidden) show(true);
});

// After a change, or with a problem in a form, that is where one reads on.
const problem = document.querySelector(".change [role=alert]");
if (problem) {
  problem.tabIndex = -1;
  problem.focus();
} else if (document.querySelector("#message .note")) {
  document.getElementById("message").focus();
  history.replaceState(null, "", location.pathname);
}
