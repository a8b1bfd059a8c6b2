// Colours and measures. Every pair of text and ground has a contrast of at least 4.5 : 1, light and dark; the page's
// `color-scheme` chooses, and its custom properties (--editor-…) may replace each.
import {HighlightStyle, syntaxHighlighting} from "@codemirror/language"
import {EditorView} from "@codemirror/view"
import {tags} from "@lezer/highlight"

import {StyleModule} from "./styles.js"

const colour = (name, light, dark) => `var(--editor-${name}, light-dark(${light}, ${dark}))`

const C = {
  ground: colour("ground", "#ffffff", "#16191d"),
  text: colour("text", "#1b1f24", "#e6e8eb"),
  quiet: colour("quiet", "#525a64", "#a3abb5"),
  raised: colour("raised", "#f3f5f7", "#20252b"),
  edge: colour("edge", "#767f8a", "#7d8792"),
  here: colour("here", "#f3f5f7", "#1e2329"),
  chosen: colour("chosen", "#cfe3fd", "#1f3a5f"),
  found: colour("found", "#ffe08a", "#3d3100"),
  focus: colour("focus", "#0b57d0", "#8ab4f8"),
  key: colour("key", "#0b4fa8", "#8ab8ff"),
  string: colour("string", "#0f6b2f", "#8fd6a2"),
  literal: colour("literal", "#8a3b00", "#f2b27a"),
  comment: colour("comment", "#525a64", "#a3abb5"),
  error: colour("error", "#b3261e", "#ff9d95"),
  warning: colour("warning", "#7a5200", "#f0c05a"),
  info: colour("info", "#0b57d0", "#8ab4f8"),
}

const highlighting = HighlightStyle.define([
  {tag: [tags.propertyName, tags.definition(tags.propertyName)], color: C.key},
  {tag: [tags.string, tags.special(tags.string), tags.attributeValue, tags.content], color: C.string},
  {tag: [tags.keyword, tags.labelName, tags.typeName, tags.meta, tags.number, tags.bool, tags.null], color: C.literal},
  {tag: [tags.comment, tags.lineComment], color: C.comment, fontStyle: "italic"},
  {tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: C.quiet},
])

const mark = (kind, sign) => ({
  [`.cm-lint-marker-${kind}`]: {content: "none", color: C[kind]},
  [`.cm-lint-marker-${kind}::before`]: {content: `"${sign}"`, fontWeight: "700"},
  [`.cm-lintRange-${kind}`]: {
    backgroundImage: "none", textDecoration: `underline wavy ${C[kind]}`, textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  [`.cm-diagnostic-${kind}`]: {borderLeft: `4px solid ${C[kind]}`},
})

const theme = EditorView.theme({
  "&": {
    color: C.text, backgroundColor: C.ground, border: `1px solid ${C.edge}`, borderRadius: "4px",
    fontSize: "var(--editor-size, 0.9375rem)", height: "var(--editor-height, min(70vh, 48rem))",
  },
  "&.cm-focused": {outline: `2px solid ${C.focus}`, outlineOffset: "1px"},
  ".cm-scroller": {
    fontFamily: "var(--editor-font, ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono', monospace)", lineHeight: "1.5",
  },
  ".cm-content": {caretColor: C.text},
  ".cm-gutters": {backgroundColor: C.raised, color: C.quiet, borderRight: `1px solid ${C.edge}`},
  ".cm-activeLine": {backgroundColor: C.here},
  ".cm-activeLineGutter": {backgroundColor: C.here, color: C.text},
  ".cm-content ::selection": {backgroundColor: C.chosen, color: "inherit"},
  ".cm-content::selection": {backgroundColor: C.chosen, color: "inherit"},
  ".cm-selectionMatch": {backgroundColor: C.chosen},
  ".cm-searchMatch": {backgroundColor: C.found, outline: "none"},
  ".cm-searchMatch.cm-searchMatch-selected": {backgroundColor: C.found, outline: `2px solid ${C.focus}`},
  "&.cm-focused .cm-matchingBracket": {backgroundColor: C.chosen},
  "&.cm-focused .cm-nonmatchingBracket": {backgroundColor: "transparent", outline: `1px solid ${C.error}`},
  ".cm-panels": {backgroundColor: C.raised, color: C.text, borderColor: C.edge},
  ".cm-panels.cm-panels-top": {borderBottom: `1px solid ${C.edge}`},
  ".cm-panels.cm-panels-bottom": {borderTop: `1px solid ${C.edge}`},
  ".cm-panel.cm-search": {padding: "6px 36px 6px 8px"},
  ".cm-panel.cm-search label": {fontSize: "0.875rem", display: "inline-flex", alignItems: "center", minHeight: "24px"},
  ".cm-panel button[name=close]": {color: C.text, fontSize: "1.25rem", minWidth: "28px", minHeight: "28px"},
  ".cm-textfield": {
    backgroundColor: C.ground, color: C.text, border: `1px solid ${C.edge}`, fontSize: "0.875rem", minHeight: "28px",
  },
  ".cm-textfield::placeholder": {color: C.quiet, opacity: "1"},
  ".cm-button": {
    backgroundColor: C.ground, backgroundImage: "none", color: C.text, border: `1px solid ${C.edge}`,
    fontSize: "0.875rem", minHeight: "28px",
    "&:active": {backgroundImage: "none", backgroundColor: C.chosen},
  },
  ".cm-tooltip": {backgroundColor: C.raised, color: C.text, border: `1px solid ${C.edge}`, maxWidth: "min(34rem, 92vw)"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "inherit", maxWidth: "min(34rem, 92vw)", minWidth: "min(16rem, 80vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {padding: "4px 8px", lineHeight: "1.4", color: C.text},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: C.chosen, color: C.text, outline: `2px solid ${C.focus}`, outlineOffset: "-2px",
  },
  ".cm-completionMatchedText": {textDecoration: "none", fontWeight: "700"},
  ".cm-completionDetail": {color: "inherit", fontStyle: "normal", marginLeft: "1em", fontSize: "0.875em"},
  ".ivr-about": {
    display: "block", fontFamily: "system-ui, sans-serif", fontSize: "0.8125rem", whiteSpace: "normal",
    overflowWrap: "anywhere",
  },
  ".cm-lint-marker": {width: "1em", height: "auto", textAlign: "center", cursor: "pointer"},
  ".cm-diagnostic": {padding: "6px 10px", maxWidth: "40rem", fontFamily: "system-ui, sans-serif", whiteSpace: "pre-wrap"},
  ...mark("error", "✕"), ...mark("warning", "!"), ...mark("info", "i"),
  ".cm-lintPoint::after": {borderBottomColor: C.error},
  ".cm-lintPoint-warning::after": {borderBottomColor: C.warning},
  ".cm-lintPoint-info::after": {borderBottomColor: C.info},
  "@media (max-width: 40rem)": {".cm-lineNumbers .cm-gutterElement": {padding: "0 3px 0 2px", minWidth: "14px"}},
})

export const look = [theme, syntaxHighlighting(highlighting)]

/** Rules for what stands outside CodeMirror's own element: the help and the list of problems. */
export const frame = new StyleModule({
  ".ivr-editor": {display: "block", minWidth: "0", color: C.text},
  ".ivr-editor .cm-announced": {position: "fixed", top: "-10000px"},
  ".ivr-help": {fontSize: "0.875rem", color: C.quiet, margin: "0.25rem 0"},
  ".ivr-problems": {marginTop: "0.5rem"},
  ".ivr-problems h3": {fontSize: "1rem", margin: "0", display: "inline"},
  ".ivr-problems p": {display: "inline", margin: "0 0 0 0.5rem"},
  ".ivr-problems ol": {listStyle: "none", margin: "0.5rem 0 0", padding: "0", maxHeight: "14rem", overflowY: "auto"},
  ".ivr-problems button": {
    display: "block", width: "100%", textAlign: "start", font: "inherit", color: C.text, backgroundColor: C.ground,
    border: `1px solid ${C.edge}`, borderRadius: "4px", padding: "0.5rem", marginBottom: "0.25rem", minHeight: "2.75rem",
    overflowWrap: "anywhere", cursor: "pointer",
  },
  ".ivr-problems button:focus-visible": {outline: `2px solid ${C.focus}`, outlineOffset: "-2px"},
  ".ivr-problems .ivr-error": {borderLeft: `6px solid ${C.error}`},
  ".ivr-problems .ivr-warning": {borderLeft: `6px solid ${C.warning}`},
  ".ivr-problems .ivr-info": {borderLeft: `6px solid ${C.info}`},
  ".ivr-problems .ivr-hint": {display: "block", color: C.quiet, fontSize: "0.875rem", whiteSpace: "pre-wrap"},
})
