// Plays one scenario after the other, so that no request takes long, and shows each as soon as it is done.

const form = document.getElementById("play");
const sum = document.getElementById("sum");
let round = 0;

const fill = (text, ...values) => values.reduce((made, value) => made.replace("{}", value), text);

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const mine = ++round;
  const items = [...document.querySelectorAll(".scenario")];
  let wrong = 0;
  for (const [index, item] of items.entries()) {
    sum.textContent = fill(form.dataset.playing, index + 1, items.length);
    const body = new URLSearchParams(new FormData(form));
    body.delete("after");
    body.set("name", item.dataset.name);
    let result = null;
    try {
      const reply = await fetch(form.action, { method: "POST", body });
      if (reply.headers.get("Content-Type")?.startsWith("application/json")) result = await reply.json();
    } catch {
      // Said below.
    }
    if (mine !== round) return;
    if (!result || result.error) return void (sum.textContent = result?.error ?? form.dataset.lost);
    show(item, result);
    if (!result.passed) wrong += 1;
  }
  sum.textContent = wrong ? fill(form.dataset.bad, wrong, items.length) : fill(form.dataset.good, items.length, items.length);
});

function show(item, result) {
  const badge = item.querySelector(".result");
  badge.hidden = false;
  badge.className = `result ${result.passed ? "open" : "closed"}`;
  badge.firstElementChild.textContent = result.passed ? form.dataset.passed : form.dataset.otherwise;
  const went = item.querySelector(".went");
  went.hidden = false;
  went.open = !result.passed;
  went.querySelector(".call").replaceChildren(
    ...result.lines.map((line) => {
      const each = document.createElement("span");
      each.className = { "-": "less", "+": "more" }[line[0]] ?? "same";
      each.textContent = `${line}\n`;
      return each;
    }),
  );
}

if (document.querySelector("#message .note")) {
  document.getElementById("message").focus();
  history.replaceState(null, "", location.pathname);
}
