// Where in the structure of a YAML text the cursor stands, also while the text is unfinished.
//
// The indentation of the lines above and the brackets before the cursor say it. A parser's tree would not: half a key is
// a scalar to it, and one missing bracket moves all that follows.

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}[\],#&*!|>%@`][^:{}[\],]*?)\s*:(?=\s|$)/
const bare = key => key.trim().replace(/^(["'])(.*)\1$/s, "$2")

/** What a line opens: list items and at most one key, with their columns; and where its content begins. */
function opened(line) {
  let column = line.match(/^ */)[0].length
  const entries = []
  for (let dash; (dash = line.slice(column).match(/^-( +|$)/)); column += dash[0].length) entries.push({column, item: true})
  const key = line.slice(column).match(KEY)
  if (key) entries.push({column, key: bare(key[1])})
  return {entries, content: column, rest: key ? column + key[0].length : null}
}

/** The way through the brackets before the cursor, the keys of the innermost, and the word at the cursor. */
function bracketed(text) {
  const stack = []
  let word = ""
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    const top = stack.at(-1)
    if (sign === "{" || sign === "[") {
      stack.push({list: sign === "[", key: null, keys: new Set(), index: 0})
      word = ""
    } else if (sign === "}" || sign === "]") {
      stack.pop()
      word = ""
    } else if ((sign === '"' || sign === "'") && !word.trim()) {
      const end = text.indexOf(sign, at + 1)
      word += end < 0 ? text.slice(at) : text.slice(at, end + 1)
      at = end < 0 ? text.length : end
    } else if (sign === "," && top) {
      top.key = null
      top.index += 1
      word = ""
    } else if (sign === ":" && top && !top.list && top.key === null && /^\s?$/.test(text[at + 1] ?? "")) {
      top.key = bare(word)
      top.keys.add(top.key)
      word = ""
    } else word += sign
  }
  return {stack, word: word.trimStart()}
}

/** Parents and neighbours of what begins at `column` of line `number` (1-based); `item` when that is a list item. */
function above(doc, number, column, item) {
  const path = []
  const neighbours = new Set()
  let limit = column
  let listed = item
  let found = false
  for (let n = number - 1; n >= 1 && (limit > 0 || listed || !found); n--) {
    const line = doc.line(n).text
    if (/^\s*(#|$)/.test(line)) continue
    for (const entry of opened(line).entries.reverse()) {
      const parent = entry.column < limit || (listed && !entry.item && entry.column === limit)
      if (parent) {
        path.unshift(entry.item ? 0 : entry.key)
        limit = entry.column
        listed = Boolean(entry.item)
        found = true
      } else if (!found && !entry.item && entry.column === limit) neighbours.add(entry.key)
    }
    if (limit === 0 && !listed && found) break
  }
  return {path, neighbours}
}

/** How far the line after this one goes in, when this one's key still has no value; null when it has. */
export function indentBelow(line) {
  const {entries, rest} = opened(line)
  const key = entries.at(-1)
  return rest !== null && /^\s*(#.*)?$/.test(line.slice(rest)) ? key.column + 2 : null
}

/** Keys that stand below at the same depth. */
function below(doc, number, column, neighbours) {
  for (let n = number + 1; n <= doc.lines; n++) {
    const line = doc.line(n).text
    if (/^\s*(#|$)/.test(line)) continue
    const {entries, content} = opened(line)
    if (content < column || (entries[0]?.item && entries[0].column < column)) return
    for (const entry of entries) if (!entry.item && entry.column === column) neighbours.add(entry.key)
  }
}

/**
 * {path, position, neighbours, word, from, column}: the keys and list places (0) above the cursor; "key", "value", or
 * "either" where a line has no colon yet; the keys beside it; what is typed, and where that begins. `start` is the place
 * at which brackets around the cursor begin, if on an earlier line.
 */
export function placeOf(doc, pos, start = pos) {
  const line = doc.lineAt(Math.min(start, pos))
  const head = doc.sliceString(line.from, pos).replace(/\n/g, " ")
  const {entries, content, rest} = opened(head)
  const first = entries[0] ?? {column: content}
  const {path, neighbours} = above(doc, line.number, first.column, Boolean(first.item))
  for (const entry of entries) path.push(entry.item ? 0 : entry.key)
  const tail = head.slice(rest ?? content)
  if (/^\s*[{[]/.test(tail)) {
    const {stack, word} = bracketed(tail)
    if (!stack.length) return null
    for (const level of stack.slice(0, -1)) path.push(level.list ? level.index : level.key)
    const top = stack.at(-1)
    if (top.list) path.push(top.index)
    else if (top.key !== null) path.push(top.key)
    const position = top.list || top.key !== null ? "value" : "key"
    return {path, position, neighbours: top.keys, word, from: pos - word.length, column: null}
  }
  const word = tail.trimStart()
  if (rest !== null) return {path, position: "value", neighbours: new Set(), word, from: pos - word.length, column: null}
  if (entries.length) neighbours.clear()
  below(doc, line.number, content, neighbours)
  return {path, position: "either", neighbours, word, from: pos - word.length, column: content}
}

/** The names below a key of the first column: the steps of a flow, the contacts of a contact file. */
export function namesBelow(doc, section) {
  const names = []
  let depth = null
  let inside = false
  for (const text of doc.iterLines()) {
    if (/^\s*(#|$)/.test(text)) continue
    const entry = opened(text).entries[0]
    if (/^\S/.test(text)) inside = entry?.key === section
    else if (inside && entry?.key !== undefined) {
      depth ??= entry.column
      if (entry.column === depth) names.push(entry.key)
    }
  }
  return names
}
