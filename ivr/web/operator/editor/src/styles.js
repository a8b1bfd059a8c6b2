// CodeMirror's rules as constructed style sheets.
//
// style-mod puts a <style> element into the page, which `style-src 'self'` refuses. A sheet that a script makes is no
// inline style to that policy, so every set of rules comes into the page that way, and no nonce is needed.
import {StyleModule} from "style-mod"

const adopted = new WeakMap() // root -> {sheet, modules}

StyleModule.mount = (root, modules) => {
  const wanted = Array.isArray(modules) ? modules : [modules]
  let held = adopted.get(root)
  if (!held) {
    held = {sheet: new CSSStyleSheet(), modules: []}
    adopted.set(root, held)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, held.sheet]
  }
  const kept = held.modules.filter(module => !wanted.includes(module))
  if (wanted.every(module => held.modules.includes(module))) return
  held.modules = [...kept, ...wanted] // the later win, as they do in style-mod
  held.sheet.replaceSync(held.modules.map(module => module.getRules()).join("\n"))
}

export {StyleModule}
