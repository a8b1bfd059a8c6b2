/**
 * The editor of the operator's page: mount(element, options) puts it there and returns what the page may do with it.
 *
 *   text       the file's text
 *   file       its name, for the label ("hotline.yaml")
 *   schema     its JSON Schema (draft-07), from schemas/; without one nothing is proposed but names
 *   names      {steps, contacts, flows}: lists of names or of {name, info}; those of the text itself are found here
 *   language   "de" or "en"
 *   readOnly   true: to read only
 *   onChange   called with the text after each change
 *   lint       async (text, signal) => problems: asked when the typing pauses; the signal ends an outdated question
 *
 * A problem is {line, column, length, severity, message, hint}; line and column count from 1 (column in UTF-16 units),
 * severity is "error", "warning" or "info", all but line and message may be left out.
 */
import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion} from "@codemirror/autocomplete"
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands"
import {yaml} from "@codemirror/lang-yaml"
import {bracketMatching, indentService, indentUnit, syntaxTree} from "@codemirror/language"
import {lintGutter} from "@codemirror/lint"
import {highlightSelectionMatches, search, searchKeymap} from "@codemirror/search"
import {Compartment, EditorState, Prec} from "@codemirror/state"
import {
  EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view"

import {direction} from "./direction.js"
import {frame, look} from "./look.js"
import {indentBelow, namesBelow, placeOf} from "./place.js"
import {checking, problemKeys, problemList, showProblems} from "./problems.js"
import {keysAt, valuesAt} from "./schema.js"
import {StyleModule} from "./styles.js"
import {PHRASES, words} from "./words.js"

let made = 0

const SILENT = /Comment|QuotedLiteral|BlockLiteral/

/** Where brackets around the cursor begin. */
function bracketsAround(state, pos) {
  let start = pos
  for (let node = syntaxTree(state).resolveInner(pos, -1); node; node = node.parent) {
    if (/^Flow(Mapping|Sequence)$/.test(node.name)) start = node.from
  }
  return start
}

const named = list => (list ?? []).map(one => (typeof one === "string" ? {name: one, info: ""} : one))

function allNames(doc, given) {
  const join = (own, foreign) => {
    const info = new Map(named(foreign).map(one => [one.name, one.info ?? ""]))
    for (const name of own) if (!info.has(name)) info.set(name, "")
    return [...info].map(([name, about]) => ({name, info: about}))
  }
  return {
    steps: join(namesBelow(doc, "steps"), given.steps),
    contacts: join(namesBelow(doc, "contacts"), given.contacts),
    flows: named(given.flows),
  }
}

/** Puts a key in, with what has to follow it. */
const putKey = (one, place) => (view, completion, from, to) => {
  const colon = /^\s*:/.test(view.state.sliceDoc(to, view.state.doc.lineAt(to).to))
  const below = `\n${" ".repeat((place.column ?? 0) + 2)}`
  const after = place.column === null || one.opens === "" ? " " : one.opens === "list" ? `${below}- ` : below
  const insert = colon ? one.insert : `${one.insert}:${after}`
  view.dispatch({changes: {from, to, insert}, selection: {anchor: from + insert.length}, userEvent: "input.complete"})
  if (!colon) startCompletion(view)
}

/** What may stand at the cursor, for CodeMirror. `held` is {schema, names, language, say}. */
const proposing = held => context => {
  const {state, pos, explicit} = context
  if (SILENT.test(syntaxTree(state).resolveInner(pos, -1).name)) return null
  const place = placeOf(state.doc, pos, bracketsAround(state, pos))
  if (!place || (!place.word && !explicit && place.position !== "value")) return null
  const options = []
  if (place.position !== "value") {
    for (const one of keysAt(held.schema, place, held.language)) {
      options.push({
        label: one.label, about: one.info, detail: one.needed ? held.say.required : undefined, boost: one.needed ? 2 : 1,
        apply: putKey(one, place),
      })
    }
  }
  if (place.position !== "key") {
    for (const one of valuesAt(held.schema, place, allNames(state.doc, held.names), held.language)) {
      options.push({
        label: one.label, about: one.info, detail: held.say.kinds[one.kind],
        boost: {word: -1, example: -2, step: 2, contact: 1}[one.kind] ?? 0,
      })
    }
  }
  return options.length ? {from: place.from, options, validFor: /^[\p{L}\p{N}_:*#.-]*$/u} : null
}

// The description stands in the proposal itself: a screen reader reads it with the name, and a phone has no room beside.
const described = {
  position: 85,
  render(completion) {
    if (!completion.about) return null
    const about = document.createElement("span")
    about.className = "ivr-about"
    about.textContent = completion.about
    return about
  },
}

/** Enter after a key without a value goes in; elsewhere the language says how far. */
const indenting = indentService.of((context, pos) =>
  (context.simulatedBreak === null ? undefined : indentBelow(context.lineAt(pos, -1).text) ?? undefined))

/** Ctrl+M: Tab leaves the field (at first), or indents until Escape. */
const switchTab = say => {
  let leaves = true
  return view => {
    leaves = !leaves
    view.setTabFocusMode(leaves)
    view.dispatch({effects: EditorView.announce.of(leaves ? say.leaves : say.indents)})
    return true
  }
}

export function mount(element, options = {}) {
  const {text = "", file = "", schema = {}, names = {}, readOnly = false, onChange, lint} = options
  const language = options.language === "en" ? "en" : "de"
  const say = words(language)
  const held = {schema, names, language, say}
  const help = document.createElement("p")
  help.className = "ivr-help"
  help.id = `ivr-editor-help-${++made}`
  help.textContent = say.help()
  const whole = document.createElement("div")
  whole.className = "ivr-editor"
  whole.lang = language
  const reading = new Compartment()
  const closed = value => [EditorState.readOnly.of(value), EditorView.contentAttributes.of({"aria-readonly": `${value}`})]
  const list = problemList(say, (from, to) => select(from, to))
  const check = lint ? checking(lint, say, list.count) : null

  const view = new EditorView({
    doc: text,
    extensions: [
      lineNumbers(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(),
      history(), bracketMatching(), closeBrackets(), highlightSelectionMatches(), search({top: true}),
      EditorView.lineWrapping, EditorView.perLineTextDirection.of(true), Prec.lowest(direction), indentUnit.of("  "), indenting,
      EditorState.tabSize.of(2), EditorState.phrases.of(PHRASES[language]), yaml(), look,
      autocompletion({override: [proposing(held)], icons: false, addToOptions: [described], maxRenderedOptions: 60}),
      keymap.of([
        {key: "Ctrl-m", run: switchTab(say)}, ...problemKeys(say), ...closeBracketsKeymap,
        ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": say.label(file), "aria-describedby": help.id, spellcheck: "false", lang: "",
        tabindex: "0", // what can be edited is focused anyway; said aloud, scrolling by key is seen to be possible
      }),
      reading.of(closed(readOnly)),
      EditorView.updateListener.of(update => {
        if (update.docChanged) onChange?.(update.state.doc.toString())
      }),
      list.extension, check?.extension ?? [],
    ],
  })
  view.setTabFocusMode(true)
  StyleModule.mount(document, frame)
  whole.append(help, view.dom, list.element)
  element.append(whole)
  check?.begin(view)

  function select(from, to = from) {
    view.dispatch({selection: {anchor: from, head: to}, effects: EditorView.scrollIntoView(from, {y: "center"})})
    view.focus()
  }

  return {
    getText: () => view.state.doc.toString(),
    /** Another text in its place; it can be undone. */
    setText(wanted) {
      view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: wanted}})
    },
    setProblems: problems => showProblems(view, problems),
    setNames(wanted) {
      held.names = wanted
    },
    setReadOnly: value => view.dispatch({effects: reading.reconfigure(closed(value))}),
    goTo(line, column = 1) {
      const there = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
      select(Math.min(there.from + Math.max(column - 1, 0), there.to))
    },
    focus: () => view.focus(),
    destroy() {
      check?.end()
      view.destroy()
      whole.remove()
    },
  }
}
