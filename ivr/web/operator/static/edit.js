// The edit page: the editor in place of the text field, and saving as one types.
import {ask, fields, follow, forget, hideShown, show, stopping} from "./check.js"
import {mount} from "./editor.js"

const SAVE_MS = 500, LONGEST_MS = 2500, AGAIN_MS = 4000

const form = document.querySelector("#sheet")
const kept = document.querySelector("#kept")
const state = document.querySelector("#state")

// --- the sheet

function begin() {
  const {file, kind, operator, language, schema: schemaUrl, check: checkUrl, stands: standsUrl, login} = form.dataset
  const texts = JSON.parse(form.dataset.texts)
  const names = JSON.parse(form.dataset.names)
  const textarea = form.elements.text
  const holder = document.querySelector("#editor")
  const behind = document.querySelector("#behind")
  const place = `ivr-edit ${operator} ${file}`
  const channel = new BroadcastChannel(`ivr-edit ${operator}`)
  const known = {revision: form.elements.revision.value, base: form.elements.base.value, was: form.dataset.mark}
  let saved = textarea.value
  let editable = form.dataset.editable === "yes"
  let editor = null
  let saving = null
  let waiting = 0
  let since = 0
  let clash = form.dataset.behind === "yes"
  let found = []

  const say = (word, bad = false, link = false) => {
    kept.textContent = texts[word] ?? word
    kept.classList.toggle("bad", bad)
    if (link) {
      kept.append(" ", Object.assign(document.createElement("a"), {href: login, target: "_blank", textContent: texts.log_in}))
    }
  }
  const keepHere = text => {
    try {
      if (text === null) localStorage.removeItem(place)
      else localStorage.setItem(place, JSON.stringify({text, ...known}))
    } catch { /* A browser that keeps nothing is no reason not to type. */ }
  }
  const keptHere = () => {
    try {
      return JSON.parse(localStorage.getItem(place))
    } catch {
      return null
    }
  }

  const mark = problems => {
    found = problems.filter(one => one.file === file)
    const lines = editor.getText().split("\n")
    editor.setProblems(found.map(one => {
      // Columns are counted in characters, the editor's in UTF-16 units.
      const line = [...(lines[one.line - 1] ?? "")]
      const before = line.slice(0, one.column - 1).join("").length
      return {...one, column: before + 1, length: line.slice(one.column - 1, one.column - 1 + one.length).join("").length}
    }))
  }
  const asked = () => ({
    token: form.elements.token.value, key: state.dataset.key, revision: known.revision, file, of: operator,
  })
  const followOn = () => void follow(checkUrl, asked, file, mark)

  const took = body => {
    Object.assign(known, {revision: String(body.revision), base: body.base, was: body.was})
    for (const one of document.querySelectorAll("input[name=revision]")) one.value = known.revision
    for (const one of document.querySelectorAll("input[name=base]")) one.value = known.base
    form.elements.was.value = known.was
  }

  const letChoose = body => {
    clash = true
    behind.querySelector("#behind-text").innerHTML = body.html
    behind.querySelector("[data-script]").hidden = false
    behind.hidden = false
    behind.dataset.theirs = JSON.stringify(body)
    say("unsaved", true)
  }

  /** Saves what stands there; who asks while something is being saved waits for that. */
  function save() {
    clearTimeout(waiting)
    if (!saving && !clash && editable && editor.getText() !== saved) saving = send().finally(() => { saving = null })
    return saving
  }

  async function send() {
    const text = editor.getText()
    since = 0
    say("saving")
    const {status, body} = await ask(form.action, fields({
      token: form.elements.token.value, ...known, file, text, of: operator, by: "script",
    }))
    if (status === 200) {
      took(body)
      saved = text
      if (editor.getText() === text) {
        keepHere(null)
        say("saved")
      }
      channel.postMessage({file, revision: body.revision})
      for (const one of document.querySelectorAll("[data-begun]")) one.hidden = false
      state.dataset.key = body.key
      forget()
      show(body, file, mark)
      if (!body.over) followOn()
      if (editor.getText() !== text) later()
    } else if (status === 409) {
      letChoose(body)
    } else if (status === 401 || status === 403) {
      say("logged_out", true, true)
    } else if (status === 400) {
      say("not_taken", true)
    } else if (status === 413) {
      say("too_long", true)
    } else if (status === 422 && body.sentence) {
      say(body.sentence, true)
    } else {
      say(status === 503 ? "not_saved" : "offline", true)
      clearTimeout(waiting)
      waiting = setTimeout(() => void save(), AGAIN_MS)
    }
  }

  /** Whether all that was typed is saved, once it has been tried. */
  async function settled() {
    await saving
    await save()
    return editor.getText() === saved
  }

  /** Says that the page is not left, and why: what has not been saved is not lost on the way. */
  const stay = (word = "") => {
    if (clash) say("behind", true)
    if (word) kept.append(` ${texts[word]}`)
    kept.scrollIntoView({block: "center"})
    if (clash) behind.focus()
  }

  function later() {
    since ||= performance.now()
    clearTimeout(waiting)
    waiting = setTimeout(() => void save(), Math.max(0, Math.min(SAVE_MS, since + LONGEST_MS - performance.now())))
  }

  function typed(text) {
    if (!editable) return
    if (text === saved && !clash) {
      keepHere(null)
      clearTimeout(waiting)
      say(known.revision === "0" ? "" : "saved")
      return
    }
    keepHere(text)
    if (!kept.classList.contains("bad")) say("unsaved")
    if (!clash) later()
  }

  /** Another window has saved: its text, if nothing was typed here; else the choice. */
  async function look() {
    if (saving || clash || !editable) return
    const {status, body} = await ask(standsUrl)
    if (status !== 200 || saving || clash || String(body.revision) === known.revision) return
    if (body.was === known.was && body.there) {
      took(body)
      followOn()
    } else if (editor.getText() === saved && body.there) {
      took(body)
      saved = body.text
      editor.setText(body.text)
      keepHere(null)
      say("from_window")
      followOn()
    } else {
      void save()
    }
  }

  behind.querySelector("#behind-keep").addEventListener("click", () => {
    const theirs = JSON.parse(behind.dataset.theirs)
    took(theirs)
    saved = theirs.text
    clash = false
    behind.hidden = true
    editor.focus()
    keepHere(editor.getText())
    if (editor.getText() === saved) say("saved")
    void save()
  })
  behind.querySelector("#behind-take").addEventListener("click", () => {
    const theirs = JSON.parse(behind.dataset.theirs)
    took(theirs)
    saved = theirs.text
    clash = false
    behind.hidden = true
    editor.setText(theirs.text)
    keepHere(null)
    say("from_window")
    editor.focus()
    followOn()
  })

  const start = schema => {
    const left = keptHere()
    const mine = form.dataset.may === "yes" && left && typeof left.text === "string" && left.text !== saved
    editable ||= Boolean(mine)
    editor = mount(holder, {
      text: mine ? left.text : saved, file, schema, names, language, readOnly: !editable, onChange: typed,
    })
    holder.hidden = false
    document.querySelector("#plain").hidden = true
    textarea.disabled = true
    if (mine) {
      Object.assign(known, {revision: left.revision, base: left.base, was: left.was})
      say("from_browser")
      void save()
    } else if (left) {
      keepHere(null)
    }
    if (clash) {
      behind.querySelector("[data-script]").hidden = true
      keepHere(saved)
      clash = false
      saved = null
    }
    if (Number(form.dataset.line)) editor.goTo(Number(form.dataset.line), Number(form.dataset.column) || 1)
    hideShown(file)
    if (state.dataset.key && !mine) void follow(checkUrl, asked, file, mark)
    document.body.dataset.ready = "yes"
  }

  stopping(checkUrl, asked, file, mark)
  form.addEventListener("submit", event => {
    event.preventDefault()
    void save()
  })
  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault()
      void save()
    }
  })
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-file]")
    if (!link || link.dataset.file !== file || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const problem = found.find(one => String(one.line) === link.dataset.line)
    editor.goTo(Number(link.dataset.line), problem?.column ?? 1)
  })
  // A link takes along what has just been typed: the next page is to know it. Whoever clicks again goes without; but
  // never to where it is published.
  let refused = null
  document.addEventListener("click", async event => {
    const link = event.target.closest("a[href]")
    const plain = link && !event.defaultPrevented && link.target !== "_blank" && !event.ctrlKey && !event.metaKey && !event.shiftKey
    if (!plain || link.hash && link.pathname === location.pathname || editor.getText() === saved) return
    const needed = link.pathname.endsWith("/edit/review")
    if (refused === link && !needed) return
    event.preventDefault()
    if (await settled()) return void location.assign(link.href)
    refused = link
    stay(needed ? "" : "stay")
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look()
  })
  window.addEventListener("focus", () => void look())
  channel.addEventListener("message", () => void look())
  // Forms that leave the page take along what has just been typed.
  for (const other of document.querySelectorAll(".files form, .sheet-foot form")) {
    other.addEventListener("submit", async event => {
      if (!editor || editor.getText() === saved || other.dataset.sent) return
      event.preventDefault()
      const discards = other.action.endsWith("/discard")
      if (!await settled() && !discards) return void stay()
      if (discards) keepHere(null)
      other.dataset.sent = "yes"
      other.requestSubmit(event.submitter)
    })
  }

  ask(schemaUrl).then(({status, body}) => start(status === 200 ? body : {}))
}

if (form) begin()
