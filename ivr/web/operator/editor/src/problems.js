// Problems: at their place in the text, and in a list below it.
import {forEachDiagnostic, nextDiagnostic, previousDiagnostic, setDiagnostics, setDiagnosticsEffect} from "@codemirror/lint"
import {EditorView} from "@codemirror/view"

const SEVERITIES = new Set(["error", "warning", "info"])

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

/** {line, column, length, severity, message, hint} (line and column from 1) as CodeMirror's; a place outside is moved in. */
function diagnostic(doc, problem) {
  const line = doc.line(Math.min(Math.max(problem.line || 1, 1), doc.lines))
  const from = Math.min(line.from + Math.max((problem.column || 1) - 1, 0), line.to)
  const word = line.text.slice(from - line.from).match(/^[^\s,:{}[\]]+/)?.[0].length ?? 1
  const to = Math.min(from + (problem.length || word), doc.length)
  const severity = SEVERITIES.has(problem.severity) ? problem.severity : "error"
  return {
    from, to, severity, message: String(problem.message ?? ""), hint: String(problem.hint ?? ""),
    renderMessage() {
      const shown = element("div", {}, this.message)
      if (this.hint) shown.append(element("div", {}, this.hint))
      return shown
    },
  }
}

export function showProblems(view, problems) {
  const found = problems.map(problem => diagnostic(view.state.doc, problem)).sort((a, b) => a.from - b.from)
  view.dispatch(setDiagnostics(view.state, found))
}

function standing(state) {
  const found = []
  forEachDiagnostic(state, (one, from, to) => found.push({...one, from, to}))
  return found
}

/** The list: an element, and an extension that keeps it true while the text changes. */
export function problemList(say, jump) {
  const title = element("h3", {}, say.problems)
  const count = element("p", {role: "status"}, say.none)
  const list = element("ol", {"aria-label": say.problems})
  list.hidden = true
  const whole = element("section", {class: "ivr-problems", "aria-label": say.problems}, title, " ", count, list)
  let shown = ""

  const redraw = state => {
    const found = standing(state).map(one => ({...one, line: state.doc.lineAt(one.from).number}))
    const text = JSON.stringify(found.map(one => [one.line, one.from, one.severity, one.message, one.hint]))
    if (text === shown) return
    shown = text
    const counted = Object.entries(say.numbers).map(([severity, [one, more]]) => {
      const many = found.filter(problem => problem.severity === severity).length
      return many && `${many} ${many === 1 ? one : more}`
    })
    const sentence = found.length ? `${counted.filter(Boolean).join(", ")}.` : say.none
    if (count.textContent !== sentence) count.textContent = sentence
    const focused = [...list.children].findIndex(item => item.contains(document.activeElement))
    list.hidden = !found.length
    list.replaceChildren(...found.map(one => {
      const button = element("button", {type: "button", class: `ivr-${one.severity}`},
        `${say.line(one.line)}, ${say.severity[one.severity]}: ${one.message}`)
      if (one.hint) button.append(" ", element("span", {class: "ivr-hint"}, one.hint))
      button.addEventListener("click", () => jump(one.from, one.to))
      return element("li", {}, button)
    }))
    // Who stands in the list stays there when it is renewed.
    if (focused >= 0) list.children[Math.min(focused, found.length - 1)]?.firstChild.focus()
  }

  const listener = EditorView.updateListener.of(update => {
    const renewed = update.transactions.some(one => one.effects.some(effect => effect.is(setDiagnosticsEffect)))
    if (update.docChanged || renewed) redraw(update.state)
  })
  return {element: whole, count, extension: listener}
}

const stepping = (move, say) => view => {
  if (!move(view)) return false
  const {from} = view.state.selection.main
  const here = standing(view.state).find(one => one.from === from)
  if (here) {
    const where = say.line(view.state.doc.lineAt(from).number)
    const text = `${where}, ${say.severity[here.severity]}: ${here.message} ${here.hint}`
    view.dispatch({effects: EditorView.announce.of(text)})
  }
  return true
}

export const problemKeys = say => [
  {key: "F8", run: stepping(nextDiagnostic, say)},
  {key: "Shift-F8", run: stepping(previousDiagnostic, say)},
]

/** Asks `lint(text, signal)` for the problems when the typing pauses; an answer about an older text is dropped. */
export function checking(lint, say, count, pause = 400) {
  let timer = 0
  let asked = null
  const ask = async view => {
    asked?.abort()
    const mine = (asked = new AbortController())
    const {doc} = view.state
    try {
      const problems = await lint(doc.toString(), mine.signal)
      if (!mine.signal.aborted && view.state.doc.eq(doc) && problems) showProblems(view, problems)
    } catch {
      if (!mine.signal.aborted) count.textContent = say.unchecked
    }
  }
  return {
    begin: view => void ask(view),
    end() {
      clearTimeout(timer)
      asked?.abort()
    },
    extension: EditorView.updateListener.of(update => {
      if (!update.docChanged) return
      clearTimeout(timer)
      asked?.abort()
      timer = setTimeout(() => void ask(update.view), pause)
    }),
  }
}
