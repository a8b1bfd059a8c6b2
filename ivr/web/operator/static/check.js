// How the check of a working copy is going: shown in #state, and asked for until it is over.

const ASK_MS = 200, SLOWEST_MS = 1000

const said = document.querySelector("#said")
const state = document.querySelector("#state")

const sleep = ms => new Promise(done => setTimeout(done, ms))

/** Asks with a form's fields; {status, body}. Status 0: the service cannot be reached. */
export async function ask(url, fields) {
  try {
    const options = fields ? {method: "POST", body: fields} : {}
    const reply = await fetch(url, {...options, headers: {Accept: "application/json"}, redirect: "error"})
    const json = reply.headers.get("Content-Type")?.startsWith("application/json")
    return {status: reply.status, body: json ? await reply.json() : {}}
  } catch {
    return {status: 0, body: {}}
  }
}

export function fields(values) {
  const made = new FormData()
  for (const [name, value] of Object.entries(values)) made.append(name, value)
  return made
}

// --- the check

let asking = 0

/** What the check has found so far; `mark(problems)` puts it into the text. */
export function show(found, file, mark) {
  mark?.(found.problems)
  replaceParts(found.html)
  if (file) hideShown(file)
  if (found.over && said.textContent !== found.said) said.textContent = found.said
}

/** The parts of the state by name, as they came: what is opened or hidden here afterwards does not count. */
const partsOf = root => new Map([...root.querySelectorAll("[data-part]")].map(one => [one.dataset.part, one.outerHTML]))
let parts = partsOf(state ?? document.createElement("div"))

/** Replaces what has changed, and nothing else: whoever reads there, or has marked something, stays where she is. */
function replaceParts(html) {
  const fresh = document.createElement("template")
  fresh.innerHTML = html
  const before = parts
  parts = partsOf(fresh.content)
  if ([...before.keys()].join() !== [...parts.keys()].join()) return replace(state, () => state.replaceChildren(fresh.content))
  for (const part of fresh.content.querySelectorAll("[data-part]")) {
    const {part: name} = part.dataset
    if (before.get(name) === parts.get(name)) continue
    const old = state.querySelector(`[data-part="${name}"]`)
    replace(old, () => old.replaceWith(part), part)
  }
}

/** What was open is open again, and so is the focus where it was. */
function replace(old, put, fresh = old) {
  const can = "a, button, summary"
  const open = named(old, "details > summary").filter(([, one]) => one.parentElement.open).map(([name]) => name)
  const focused = named(old, can).find(([, one]) => one === document.activeElement)?.[0]
  put()
  for (const [name, one] of named(fresh, "details > summary")) one.parentElement.open ||= open.includes(name)
  named(fresh, can).find(([name]) => name === focused)?.[1].focus()
}

/** Elements, each with its words and its number among those that have the same words. */
function named(root, selector) {
  const numbers = new Map()
  return [...root.querySelectorAll(selector)].map(one => {
    const words = one.textContent
    numbers.set(words, (numbers.get(words) ?? 0) + 1)
    return [`${numbers.get(words)} ${words}`, one]
  })
}

/** What the editor itself lists below the text does not stand there twice. */
export function hideShown(file) {
  const list = state.querySelector("[data-problems]")
  if (!list) return
  const items = [...list.querySelectorAll("li[data-file]")]
  for (const item of items) item.hidden = item.dataset.file === file && item.classList.contains("error")
  list.hidden = items.every(item => item.hidden)
}

/** Ends the asking: what is asked for has changed. */
export function forget() {
  asking += 1
}

/** Asks how the check is going until it is over; a later call ends an earlier one. */
export async function follow(url, values, file, mark) {
  const mine = ++asking
  let shown = ""
  for (let pause = ASK_MS; ; pause = Math.min(pause * 1.3, SLOWEST_MS)) {
    await sleep(pause)
    if (mine !== asking) return false
    const {status, body} = await ask(url, fields({...values(), by: "script"}))
    if (mine !== asking || status === 401 || status === 403) return false
    if (status !== 200) continue
    if (body.html !== shown) show(body, file, mark)
    shown = body.html
    state.dataset.key = body.key
    if (body.over) return true
  }
}

export function stopping(url, values, file, mark) {
  state.addEventListener("submit", async event => {
    const asked = event.target.closest("[data-check]")
    if (!asked) return
    event.preventDefault()
    const sent = new FormData(asked, event.submitter)
    sent.set("by", "script")
    asking += 1
    const {status, body} = await ask(url, sent)
    if (status === 200) {
      show(body, file, mark)
      if (!body.over) void follow(url, values, file, mark)
    }
  })
}
