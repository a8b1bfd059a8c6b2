// What may stand at a place, after a JSON Schema (draft-07, as `ivr schema` writes it) and the names of the set.

const TARGET = /^\^\(flow:\)\?/
const NAME = "^[a-z][a-z0-9_]{0,39}$"
const CONTACT_KEYS = new Set(["to", "for", "open", "closed", "contact", "at", "last_resort"])

/** A schema's alternatives, with references and combinations taken apart. */
function alternatives(root, schema, depth = 0) {
  if (!schema || typeof schema !== "object" || depth > 20) return []
  if (schema.$ref) {
    const target = schema.$ref.replace(/^#\//, "").split("/").reduce((at, part) => at?.[part], root)
    return alternatives(root, target, depth + 1)
  }
  const inner = ["anyOf", "oneOf", "allOf"].flatMap(word => schema[word] ?? [])
  if (!inner.length) return [schema]
  return inner.flatMap(one => alternatives(root, one, depth + 1)).map(one =>
    schema.examples && !one.examples ? {...one, examples: schema.examples} : one)
}

const isObject = schema => Boolean(schema.properties || schema.patternProperties || schema.propertyNames ||
  typeof schema.additionalProperties === "object" || schema.type === "object")
const isList = schema => Boolean(schema.items) || schema.type === "array"

function child(schema, step) {
  if (typeof step === "number") return schema.items
  if (schema.properties && Object.hasOwn(schema.properties, step)) return schema.properties[step]
  for (const [pattern, value] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, "u").test(step)) return value
  }
  return schema.additionalProperties
}

/** The alternatives at a path. */
function at(root, path) {
  return path.reduce(
    (open, step) => open.flatMap(schema => alternatives(root, child(schema, step))), alternatives(root, root))
}

/** Half of „Deutsch. / English.“, the half in this language. */
function inLanguage(text, language) {
  const halves = text.split(" / ")
  if (halves.length % 2) return text
  const middle = halves.length / 2
  return (language === "en" ? halves.slice(middle) : halves.slice(0, middle)).join(" / ")
}

function described(root, schema, language) {
  if (!schema || typeof schema !== "object") return ""
  const text = schema.description ?? alternatives(root, schema).find(one => one.description)?.description
  return text ? inLanguage(text, language) : ""
}

const quoted = key => (/^[*#&!|>%@`-]/.test(key) ? `"${key}"` : key)

/** The keys that may stand at a place: [{label, insert, info, needed, opens}]; `opens` is "lines", "list" or "". */
export function keysAt(root, place, language) {
  let open = at(root, place.path).filter(isObject)
  // A step's kind decides what may stand beside it: only alternatives remain that know all that is there.
  const fitting = open.filter(schema => [...place.neighbours].every(key => child(schema, key)))
  if (fitting.length) open = fitting
  const found = new Map()
  for (const schema of open) {
    const shared = described(root, schema.additionalProperties, language)
    for (const label of schema.propertyNames?.enum ?? []) {
      found.set(label, {label, insert: quoted(label), info: shared, value: schema.additionalProperties})
    }
    for (const [label, value] of Object.entries(schema.properties ?? {})) {
      if (found.has(label)) continue
      const needed = open.length === 1 && (schema.required ?? []).includes(label)
      found.set(label, {label, insert: quoted(label), info: described(root, value, language), needed, value})
    }
  }
  return [...found.values()].filter(one => !place.neighbours.has(one.label)).map(({value, ...one}) => {
    const inside = alternatives(root, value)
    const scalar = inside.some(schema => !isObject(schema) && !isList(schema))
    return {...one, opens: scalar || !inside.length ? "" : inside.some(isObject) ? "lines" : "list"}
  })
}

/** The values that may stand at a place: [{label, kind, info}]. `names` is {steps, contacts, flows} of {name, info}. */
export function valuesAt(root, place, names, language) {
  const found = new Map()
  const add = (label, kind, info = "") => {
    if (!found.has(label)) found.set(label, {label, kind, info})
  }
  const keys = place.path.filter(step => typeof step === "string")
  const last = keys.at(-1)
  const info = place.position === "value" ? described(root, ownSchema(root, place.path), language) : ""
  for (const schema of at(root, place.path)) {
    if (isObject(schema) || isList(schema)) continue
    const target = TARGET.test(schema.pattern ?? "") ||
      (keys.at(-2) === "options" && schema.type === "string" && !schema.enum)
    if (target) {
      const whole = last === "flow"
      if (!whole) for (const {name, info: about} of names.steps) add(name, "step", about)
      for (const {name, info: about} of names.flows) add(whole ? name : `flow:${name}`, "flow", about)
      if (!whole) {
        for (const word of schema.examples ?? ["repeat", "back", "start", "return", "hangup"]) {
          if (!word.startsWith("flow:")) add(word, "word")
        }
      }
      continue
    }
    if (CONTACT_KEYS.has(last) && schema.type === "string" && (!schema.pattern || schema.pattern === NAME) &&
        !schema.minLength) {
      for (const {name, info: about} of names.contacts) add(name, "contact", about)
      continue
    }
    for (const value of schema.enum ?? []) if (typeof value === "string") add(value, "value", info)
    for (const value of schema.examples ?? []) add(String(value), "example", info)
  }
  return [...found.values()]
}

function ownSchema(root, path) {
  for (const schema of at(root, path.slice(0, -1))) {
    const found = child(schema, path.at(-1))
    if (found) return found
  }
  return null
}
