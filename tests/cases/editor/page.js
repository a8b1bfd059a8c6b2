// The editor alone, for tests: ?file=flow|contacts&language=de|en&lint=yes&readonly=yes
import {mount} from "/static/editor.js"

const asked = new URLSearchParams(location.search)
const file = asked.get("file") ?? "flow"
const language = asked.get("language") ?? "de"
document.documentElement.lang = language
const [schema, text] = await Promise.all([
  fetch(`/schemas/${file}.schema.json`).then(answer => answer.json()),
  fetch(`/text/${file}`).then(answer => answer.text()),
])
globalThis.changes = []
globalThis.questions = []

/** A checker of the test's own: the word "falsch" is a mistake. */
async function lint(content, signal) {
  globalThis.questions.push(content)
  await new Promise(done => setTimeout(done, 20))
  if (signal.aborted) return null
  return content.split("\n").flatMap((line, index) => {
    const at = line.indexOf("falsch")
    return at < 0 ? [] : [{line: index + 1, column: at + 1, length: 6, severity: "error", message: "Das ist falsch.",
      hint: "Schreiben Sie: richtig."}]
  })
}

globalThis.editor = mount(document.querySelector("#editor"), {
  text, schema, language, file: `${file}.yaml`, readOnly: asked.get("readonly") === "yes",
  names: {
    contacts: file === "flow" ? [{name: "citywache", info: "Citywache"}, "ordnungsamt"] : [],
    flows: ["info", "topics"],
  },
  onChange: content => globalThis.changes.push(content),
  lint: asked.get("lint") === "yes" ? lint : undefined,
})
document.body.dataset.ready = "yes"
