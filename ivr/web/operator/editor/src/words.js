// What the editor says, in German and English. CodeMirror's own phrases are its English ones.

export const PHRASES = {
  de: {
    "Control character": "Steuerzeichen",
    "Selection deleted": "Auswahl gelöscht",
    "Go to line": "Gehe zu Zeile",
    go: "los",
    Find: "Suchen",
    Replace: "Ersetzen",
    next: "weiter",
    previous: "zurück",
    all: "alle",
    "match case": "Groß/klein",
    "by word": "ganze Wörter",
    regexp: "Regulärer Ausdruck",
    replace: "ersetzen",
    "replace all": "alle ersetzen",
    close: "schließen",
    "current match": "gewählter Treffer",
    "on line": "in Zeile",
    "replaced match on line $": "Treffer in Zeile $ ersetzt",
    "replaced $ matches": "$ Treffer ersetzt",
    Completions: "Vorschläge",
    Diagnostics: "Probleme",
    "No diagnostics": "Keine Probleme",
    "folded code": "eingeklappter Text",
    unfold: "ausklappen",
    "Folded lines": "Eingeklappt: Zeilen",
    "Unfolded lines": "Ausgeklappt: Zeilen",
    to: "bis",
  },
  en: {},
}

const APPLE = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "")

const WORDS = {
  de: {
    label: file => (file ? `Text von ${file}` : "Text der Datei"),
    help: () =>
      "Tab verlässt das Textfeld. Strg+Leertaste schlägt vor, was hier stehen darf. F8 springt zum nächsten Problem. " +
      `${APPLE ? "Cmd" : "Strg"}+F sucht, ${APPLE ? "Cmd" : "Strg"}+Z macht rückgängig. ` +
      "Strg+M lässt Tab einrücken; dann verlässt Escape und danach Tab das Feld.",
    problems: "Probleme",
    none: "Keine Probleme.",
    numbers: {error: ["Fehler", "Fehler"], warning: ["Warnung", "Warnungen"], info: ["Hinweis", "Hinweise"]},
    severity: {error: "Fehler", warning: "Warnung", info: "Hinweis"},
    line: number => `Zeile ${number}`,
    indents: "Tab rückt jetzt ein. Escape, dann Tab verlässt das Textfeld.",
    leaves: "Tab verlässt jetzt das Textfeld.",
    kinds: {step: "Schritt", flow: "Ablauf", contact: "Stelle", word: "fester Ausdruck", example: "Beispiel",
      value: "Wert"},
    required: "nötig",
    unchecked: "Die Prüfung antwortet nicht; die Liste kann veraltet sein.",
  },
  en: {
    label: file => (file ? `Text of ${file}` : "Text of the file"),
    help: () =>
      "Tab leaves the text field. Ctrl+Space proposes what may stand here. F8 goes to the next problem. " +
      `${APPLE ? "Cmd" : "Ctrl"}+F searches, ${APPLE ? "Cmd" : "Ctrl"}+Z undoes. ` +
      "Ctrl+M lets Tab indent; then Escape followed by Tab leaves the field.",
    problems: "Problems",
    none: "No problems.",
    numbers: {error: ["error", "errors"], warning: ["warning", "warnings"], info: ["note", "notes"]},
    severity: {error: "Error", warning: "Warning", info: "Note"},
    line: number => `Line ${number}`,
    indents: "Tab now indents. Escape, then Tab leaves the text field.",
    leaves: "Tab now leaves the text field.",
    kinds: {step: "step", flow: "flow", contact: "contact", word: "fixed word", example: "example", value: "value"},
    required: "needed",
    unchecked: "The check does not answer; the list may be out of date.",
  },
}

export const words = language => WORDS[language] ?? WORDS.de
