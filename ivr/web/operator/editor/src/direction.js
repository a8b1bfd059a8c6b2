// Words of right-to-left languages keep their own direction within a line that begins with a key, so that their full stop
// stands where it is read.
import {RangeSetBuilder} from "@codemirror/state"
import {Decoration, Direction, EditorView, ViewPlugin} from "@codemirror/view"

// From the first letter of Hebrew, Arabic or a neighbour to what ends a value: a quote, a bracket, a comment.
const WORDS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:(?! #)[^"{}[\]\n])*/gu
const turned = Decoration.mark({attributes: {dir: "rtl"}, bidiIsolate: Direction.RTL, inclusive: true})

function found(view) {
  const builder = new RangeSetBuilder()
  for (const {from, to} of view.visibleRanges) {
    for (const match of view.state.sliceDoc(from, to).matchAll(WORDS)) {
      builder.add(from + match.index, from + match.index + match[0].trimEnd().length, turned)
    }
  }
  return builder.finish()
}

export const direction = ViewPlugin.fromClass(class {
  constructor(view) {
    this.ranges = found(view)
  }

  update(update) {
    if (update.docChanged || update.viewportChanged) this.ranges = found(update.view)
  }
}, {
  provide: plugin => {
    const ranges = view => view.plugin(plugin)?.ranges ?? Decoration.none
    return [EditorView.decorations.of(ranges), EditorView.bidiIsolatedRanges.of(ranges)]
  },
})
