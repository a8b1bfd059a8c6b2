"""What the reader says: every problem of a file's text, in the operator's words, with the repair.

The first part words what `reader.py` finds, one function for each code. The second part, `explain`, turns a
complaint of libyaml into one of ours: libyaml names a place and the grammar rule that broke; what an operator
needs is the likely slip, and the repaired line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

    from ivr.source.places import Word

LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line: the other breaks that YAML knows (U+0085, U+2028, U+2029) are refused before."""

GLUED = re.compile(
    r"""(?:[^\W\d_][\w.-]*  # a name, a language, a day: Mo-Sa:9:00, de:Hallo
          |\d+(?=:\D)       # a menu's key, but not the time 9:00
          |"[^"]*"|'[^']*')
        :(?!//)(?=\S)       # no blank behind the colon, and not https://
    """,
    re.VERBOSE,
)
"""The beginning of `key:value` where `key: value` was meant."""

CAUSES = frozenset(
    {
        *("cut-sentence", "hash-key", "hash-value", "missing-blank", "folded-item", "bare-placeholder"),
        *("alias", "anchor", "tag", "invisible-character", "foreign-blank"),
    }
)
"""After one of these libyaml's next complaint is the same slip once more."""

_SHOWN = 60


def place_at(name: str, text: str, first: int, last: int) -> Place:
    """The place of the characters from `first` to before `last`, or to the end of their line."""
    before = text[:first]
    begin = max(before.rfind("\n"), before.rfind("\r")) + 1
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    found = LINE_END.search(text, first, last)
    return Place(name, line, first - begin + 1, max(1, (found.start() if found else last) - first))


# Files


def too_large(name: str, size: int, limit: int) -> Problem:
    return Problem(
        Place(name, 1, 1),
        "too-large",
        Sentence(
            f"Die Datei ist {size // 1024 + 1} KiB groß. Erlaubt sind {limit // 1024} KiB.",
            f"The file is {size // 1024 + 1} KiB. {limit // 1024} KiB are allowed.",
        ),
        Sentence(
            "Teilen Sie den Ablauf in mehrere Dateien auf, die einander mit flow:NAME aufrufen.",
            "Split it into several files that call one another with flow:NAME.",
        ),
    )


def not_utf8(name: str, raw: bytes, at: int) -> Problem:
    """`at` is the first byte that is no UTF-8; everything before it is."""
    before = raw[:at].decode("utf-8", "replace")
    place = place_at(name, before + "?", len(before), len(before) + 1)
    hint = Sentence(
        "Datei als UTF-8 speichern: im Editor „Speichern unter“, Zeichenkodierung „UTF-8“.",
        "Save the file as UTF-8: “Save as” in the editor, character encoding “UTF-8”.",
    )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = Sentence("Die Datei ist als UTF-16 gespeichert.", "The file is saved as UTF-16.")
        return Problem(place, "not-utf8", message, hint)
    likely = raw[at : at + 1].decode("cp1252", "replace")
    meant = (f", vermutlich ein „{likely}“", f", probably “{likely}”") if likely.isalpha() else ("", "")
    message = Sentence(
        f"Hier steht ein Zeichen, das nicht in UTF-8 gespeichert ist{meant[0]}.",
        f"There is a character here that is not saved in UTF-8{meant[1]}.",
    )
    return Problem(place, "not-utf8", message, hint)


def empty_file(name: str) -> Problem:
    return Problem(
        Place(name, 1, 1),
        "empty-file",
        Sentence("Die Datei ist leer.", "The file is empty."),
        Sentence(
            "Sie braucht wenigstens einen Eintrag der Form „name: wert“.",
            "It needs at least one entry of the form “name: value”.",
        ),
    )


def not_a_table(place: Place) -> Problem:
    return Problem(
        place,
        "not-a-table",
        Sentence("Die Datei beginnt nicht mit „name: wert“.", "The file does not begin with “name: value”."),
        Sentence(
            "Auf der obersten Ebene stehen Einträge der Form „name: wert“, jeder auf seiner eigenen Zeile.",
            "The top level holds entries of the form “name: value”, each on its own line.",
        ),
    )


def too_deep(place: Place, limit: int) -> Problem:
    return Problem(
        place,
        "too-deep",
        Sentence(f"Hier liegen mehr als {limit} Ebenen ineinander.", f"More than {limit} levels are nested here."),
        Sentence(
            "Prüfen Sie die Einrückung und die Klammern darüber.",
            "Check the indentation and the brackets above.",
        ),
    )


def too_many(place: Place, limit: int) -> Problem:
    return Problem(
        place,
        "too-many-problems",
        Sentence(
            f"Nach {limit} Problemen wird diese Datei nicht weiter gelesen.",
            f"After {limit} problems the rest of this file is not read.",
        ),
        Sentence("Beheben Sie zuerst die Probleme darüber.", "Repair the problems above first."),
    )


# Characters


def strange_character(place: Place, sign: str) -> Problem:
    number = f"U+{ord(sign):04X}"
    if sign in "\x85\u2028\u2029":
        what = Sentence(
            f"Hier steht ein unsichtbarer Zeilenumbruch ({number}).",
            f"There is an invisible line break here ({number}).",
        )
    else:
        what = Sentence(
            f"Hier steht ein unsichtbares Zeichen ({number}).",
            f"There is an invisible character here ({number}).",
        )
    return Problem(
        place,
        "invisible-character",
        what,
        Sentence(
            "Löschen Sie es und tippen Sie die Stelle neu. "
            "Solche Zeichen kommen beim Kopieren aus anderen Programmen mit.",
            "Delete it and type this spot again. Such characters come along when text is copied from other programs.",
        ),
    )


def wide_blank(place: Place) -> Problem:
    return Problem(
        place,
        "foreign-blank",
        Sentence(
            "Hier steht ein geschütztes Leerzeichen, wo ein gewöhnliches stehen muss.",
            "There is a no-break space here, where an ordinary one must stand.",
        ),
        Sentence("Löschen Sie es und drücken Sie die Leertaste.", "Delete it and press the space bar."),
    )


# YAML's own signs


def decoration(place: Place, typed: str) -> Problem:
    """A word that begins with `*`, `&` or `!`."""
    sign = typed[:1]
    code = {"*": "alias", "&": "anchor"}.get(sign, "tag")
    return Problem(place, code, _own_sign(sign), _quoted(typed))


def merge_key(place: Place) -> Problem:
    return Problem(
        place,
        "merge-key",
        Sentence("Das Zeichen „<<“ gibt es hier nicht.", "The sign “<<” does not exist here."),
        Sentence("Schreiben Sie die Einträge aus.", "Write the entries out."),
    )


def directive(place: Place) -> Problem:
    return Problem(
        place,
        "directive",
        Sentence(
            "Eine Zeile, die mit „%“ beginnt, gibt es hier nicht.",
            "A line that begins with “%” does not exist here.",
        ),
        Sentence("Löschen Sie die Zeile.", "Delete the line."),
    )


def second_document(place: Place) -> Problem:
    return Problem(
        place,
        "second-document",
        Sentence("Hier beginnt ein zweites Dokument.", "A second document begins here."),
        Sentence(
            "Löschen Sie diese Zeile, oder legen Sie für das Folgende eine eigene Datei an.",
            "Delete this line, or put what follows into a file of its own.",
        ),
    )


# Keys


def duplicate_key(word: Word, first: Word) -> Problem:
    line = first.place.line
    where = (f"in Zeile {line}", f"in line {line}") if line != word.place.line else ("in dieser Zeile", "in this line")
    return Problem(
        word.place,
        "duplicate-key",
        Sentence(
            f"„{_short(word)}“ steht zweimal: hier und {where[0]}, Spalte {first.place.column}.",
            f"“{_short(word)}” stands twice: here and {where[1]}, column {first.place.column}.",
        ),
        Sentence(
            "Löschen Sie einen der beiden Einträge, oder geben Sie ihm einen anderen Namen.",
            "Delete one of the two entries, or give it another name.",
        ),
        also=first.place,
    )


def empty_key(place: Place) -> Problem:
    return Problem(
        place,
        "empty-key",
        Sentence("Vor dem Doppelpunkt fehlt der Name.", "The name before the colon is missing."),
        Sentence("Richtig ist „name: wert“.", "Write “name: value”."),
    )


def table_as_key(place: Place) -> Problem:
    return Problem(
        place,
        "table-as-key",
        Sentence(
            "Hier steht eine Klammer, wo ein Name stehen muss.",
            "There is a bracket here, where a name must stand.",
        ),
        Sentence(
            'Ein Satz mit Platzhalter braucht Anführungszeichen: "{citywache.status}".',
            'A sentence with a placeholder needs quotation marks: "{citywache.status}".',
        ),
    )


def question_mark(place: Place) -> Problem:
    return Problem(
        place,
        "question-mark",
        Sentence(
            "Ein Fragezeichen vor einem Leerzeichen gehört hier zu YAML und verschwindet aus dem Text.",
            "A question mark before a blank belongs to YAML here, and vanishes from the text.",
        ),
        Sentence(
            "Setzen Sie den Satz in Anführungszeichen, und stellen Sie ihn auf eine eigene Zeile.",
            "Put the sentence in quotation marks, on a line of its own.",
        ),
    )


def lone_key(place: Place, word: str) -> Problem:
    return Problem(
        place,
        "missing-colon",
        Sentence(
            f"Hinter „{_short(word)}“ fehlt der Doppelpunkt mit dem Wert.",
            f"The colon and the value are missing behind “{_short(word)}”.",
        ),
        Sentence(
            "In geschweiften Klammern steht „name: wert“. "
            f"Ist es Text, gehört er in Anführungszeichen: {_in_quotes(word)}",
            f"Braces hold “name: value”. If it is text, put it in quotation marks: {_in_quotes(word)}",
        ),
    )


def missing_blank(place: Place, typed: str) -> Problem:
    found = GLUED.match(typed)
    head = typed[: found.end() - 1] if found else typed.partition(":")[0]
    repaired = _short(f"{head}: {typed[len(head) + 1 :]}")
    return Problem(
        place,
        "missing-blank",
        Sentence(
            f"Hinter dem Doppelpunkt in „{_short(typed)}“ fehlt das Leerzeichen.",
            f"The blank behind the colon in “{_short(typed)}” is missing.",
        ),
        Sentence(f"Richtig ist: {repaired}", f"Write: {repaired}"),
    )


def hash_key(place: Place, typed: str) -> Problem:
    repaired = f'"#"{typed[1:]}'
    return Problem(
        place,
        "hash-key",
        Sentence(
            "Die Taste # beginnt hier einen Kommentar: Dieser Eintrag wird nicht gelesen.",
            "The key # begins a comment here: this entry is not read.",
        ),
        Sentence(f"Richtig ist: {_short(repaired)}", f"Write: {_short(repaired)}"),
    )


# Values


def hash_value(place: Place, typed: str) -> Problem:
    return Problem(
        place,
        "hash-value",
        Sentence(
            f"„{_short(typed)}“ beginnt mit #, ist also ein Kommentar: Hier fehlt der Wert.",
            f"“{_short(typed)}” begins with #, so it is a comment: the value is missing.",
        ),
        Sentence(
            f"Richtig ist: {_in_quotes(typed)} Ein Kommentar hat hinter # ein Leerzeichen.",
            f"Write: {_in_quotes(typed)} A comment has a blank behind #.",
        ),
    )


def cut_by_hash(place: Place, typed: str) -> Problem:
    return Problem(
        place,
        "cut-sentence",
        Sentence(
            "Der Satz endet vor dem #; was dahinter steht, hört niemand.",
            "The sentence ends before the #; nobody hears what stands behind it.",
        ),
        Sentence(
            f"Gehört es zum Satz: {_in_quotes(typed)} Ist es ein Kommentar: zwei Leerzeichen vor "
            "und eines hinter das #.",
            f"If it belongs to the sentence: {_in_quotes(typed)} If it is a comment: two blanks "
            "before and one behind the #.",
        ),
    )


def comma_in_braces(place: Place, word: str) -> Problem:
    return Problem(
        place,
        "cut-sentence",
        Sentence(
            f"Das Komma vor „{_short(word)}“ beendet hier den Satz.",
            f"The comma before “{_short(word)}” ends the sentence here.",
        ),
        Sentence(
            "Schreiben Sie Sätze auf eigene Zeilen statt in Klammern, oder setzen Sie sie in Anführungszeichen.",
            "Write sentences on lines of their own instead of in braces, or put them in quotation marks.",
        ),
    )


def bare_placeholder(place: Place, typed: str) -> Problem:
    return Problem(
        place,
        "bare-placeholder",
        Sentence(
            "Ein Text mit Platzhalter braucht Anführungszeichen.",
            "A text with a placeholder needs quotation marks.",
        ),
        Sentence(f"Richtig ist: {_in_quotes(typed)}", f"Write: {_in_quotes(typed)}"),
    )


def folded_item(place: Place) -> Problem:
    return Problem(
        place,
        "folded-item",
        Sentence(
            "Diese Zeile ist tiefer eingerückt als der Punkt darüber und wird zu dessen Text.",
            "This line is indented deeper than the item above and becomes part of its text.",
        ),
        Sentence(
            "Stellen Sie alle Striche einer Liste genau untereinander.",
            "Put all dashes of a list exactly below one another.",
        ),
    )


# libyaml's complaints


def explain(error: MarkedYAMLError, name: str, text: str, brace: Place | None) -> tuple[Problem, int]:
    """A complaint of libyaml as our problem, and the first line on which its cause may stand.

    `brace` is the last bracket that was opened outside all others, or None.
    """
    return _Complaint(error, name, text).explained(brace)


class _Complaint:
    """One complaint with the lines around it."""

    def __init__(self, error: MarkedYAMLError, name: str, text: str) -> None:
        self.name = name
        self.lines = LINE_END.split(text)
        self.said = error.problem or ""
        self.during = error.context or ""
        mark, context = error.problem_mark, error.context_mark
        self.line, self.column = (mark.line, mark.column) if mark else (0, 0)
        self.at = (context.line, context.column) if context else (self.line, self.column)
        self.above = self._content_above()

    def explained(self, brace: Place | None) -> tuple[Problem, int]:
        since = min(self.above, self.line) + 1
        if "flow" in self.during or "simple key" in self.during:
            since = min(since, self.at[0] + 1)
        return self._problem(brace), since

    def _problem(self, brace: Place | None) -> Problem:
        during, said = self.during, self.said
        if "tab" in said.split() or self._sign(self.line, self.column) == "\t":
            return self._tab()
        if "quoted scalar" in during:
            return self._quoted_scalar()
        if "alias" in during or "anchor" in during or "tag" in during.split():
            return self._needs_quotes(*self.at)
        if "directive" in during or said.startswith(("found incompatible", "found duplicate")):
            known = self._row(self.at[0]).startswith(("%YAML", "%TAG"))
            return directive(self._place(*self.at)) if known else self._needs_quotes(*self.at)
        if "block scalar" in during or "cannot start any token" in said:
            return self._needs_quotes(*self.at)
        if said.startswith("mapping keys are not allowed"):
            return self._needs_quotes(self.line, self.column)
        if said.startswith("block sequence entries are not allowed"):
            return self._dash_behind_key()
        if said.startswith("mapping values are not allowed"):
            return self._colon()
        if said.startswith("could not find expected ':'"):
            return self._no_colon()
        if "flow" in during:
            return self._in_brackets(brace)
        if said.startswith("did not find expected node content"):
            return self._needs_quotes(self.line, self.column)
        return self._beside()

    def _tab(self) -> Problem:
        line, column = self.line, self.column
        row = self._row(line)
        begin = row.find("\t") if "\t" in row[: column + 1] else column
        length = len(row[begin:]) - len(row[begin:].lstrip("\t"))
        return Problem(
            self._place(line, begin, length),
            "tab",
            Sentence("Hier steht ein Tabulator.", "There is a tab here."),
            Sentence(
                "Ersetzen Sie ihn durch Leerzeichen, zwei je Ebene.",
                "Replace it with blanks, two for each level.",
            ),
        )

    def _quoted_scalar(self) -> Problem:
        line, column = self.at
        sign = self._sign(line, column)
        if "escape" in self.said or "hexdecimal" in self.said:
            return Problem(
                self._place(self.line, self.column, 2),
                "backslash",
                Sentence(
                    "Der umgekehrte Schrägstrich hat in doppelten Anführungszeichen eine eigene Bedeutung.",
                    "The backslash has a meaning of its own in double quotation marks.",
                ),
                Sentence(
                    "Löschen Sie ihn, oder nehmen Sie einfache Anführungszeichen.",
                    "Delete it, or use single quotation marks.",
                ),
            )
        return Problem(
            self._place(line, column, len(self._row(line)) - column),
            "unclosed-quote",
            Sentence(
                f"Das Anführungszeichen {sign} wird nicht geschlossen.",
                f"The quotation mark {sign} is not closed.",
            ),
            Sentence(
                f"Setzen Sie ans Ende des Textes noch ein {sign} und lassen Sie im Text selbst keines stehen.",
                f"Put another {sign} at the end of the text, and leave none within it.",
            ),
        )

    def _needs_quotes(self, line: int, column: int) -> Problem:
        row = self._row(line)
        sign = self._sign(line, column)
        if not sign:
            return self._unclosed(None)
        if sign in ",}]":
            what = Sentence(f"Ein Wert kann nicht mit „{sign}“ beginnen.", f"A value cannot begin with “{sign}”.")
        else:
            what = _own_sign(sign)
        return Problem(self._place(line, column), "needs-quotes", what, _quoted(row[column:].rstrip()))

    def _dash_behind_key(self) -> Problem:
        row = self._row(self.line)
        head, item = row[: self.column].rstrip(), row[self.column :].rstrip()
        return Problem(
            self._place(self.line, self.column),
            "list-behind-key",
            Sentence(
                "Ein Listenpunkt kann nicht in derselben Zeile wie sein Schlüssel stehen.",
                "A list item cannot stand on the same line as its key.",
            ),
            Sentence(
                "Beginnen Sie die Liste auf einer neuen Zeile, oder schreiben Sie Text so: "
                f"{_short(head)} {_in_quotes(item)}",
                f"Begin the list on a new line, or write text like this: {_short(head)} {_in_quotes(item)}",
            ),
        )

    def _colon(self) -> Problem:
        """A `: ` where no key can stand: a colon in a sentence, or a line that is indented too deep."""
        row = self._row(self.line)
        glued = self._glued(self.above)
        found = _KEY.match(row)
        if found is None or found.end() <= self.column:
            return self._colon_in_sentence(found)
        if glued is not None:
            return glued
        return self._cut_above() or self._indentation(self.line)

    def _colon_in_sentence(self, found: re.Match[str] | None) -> Problem:
        row = self._row(self.line)
        begin = found.end() if found else len(row) - len(row.lstrip())
        head, sentence = row[:begin].strip(), row[begin:].strip()
        if sentence.endswith("}") and "{" not in sentence:
            sentence = sentence.rstrip("}").rstrip()
        repaired = f"{head} {_in_quotes(sentence)}".strip()
        return Problem(
            self._place(self.line, self.column),
            "colon-in-sentence",
            Sentence(
                "Der Doppelpunkt gehört zum Text, wird aber als Schlüssel gelesen.",
                "The colon belongs to the text, but is read as a key.",
            ),
            Sentence(f"Richtig ist: {repaired}", f"Write: {repaired}"),
        )

    def _no_colon(self) -> Problem:
        line, column = self.at
        row = self._row(line)
        return self._glued(line) or Problem(
            self._place(line, column, len(row.rstrip()) - column),
            "missing-colon",
            Sentence(
                f"In der Zeile „{_short(row.strip())}“ fehlt der Doppelpunkt.",
                f"The colon is missing in the line “{_short(row.strip())}”.",
            ),
            Sentence(
                "Richtig ist „name: wert“. Gehört die Zeile zum Text darüber, rücken Sie sie tiefer ein.",
                "Write “name: value”. If the line goes on with the text above, indent it deeper.",
            ),
        )

    def _in_brackets(self, brace: Place | None) -> Problem:
        """A comma or a closing bracket was expected."""
        sign = self._sign(self.line, self.column)
        if self.line != self.at[0] or not sign:
            return self._unclosed(brace)
        if sign == ":":
            return Problem(
                self._place(self.line, self.column),
                "colon-in-sentence",
                Sentence(
                    "In den Klammern folgt ein Doppelpunkt, ohne dass vorher ein Komma steht.",
                    "A colon follows inside the brackets, without a comma before it.",
                ),
                Sentence(
                    'Schreiben Sie Sätze auf eigene Zeilen, oder so: {de: "…", en: "…"}',
                    'Write sentences on lines of their own, or like this: {de: "…", en: "…"}',
                ),
            )
        if sign in "{[":
            row = self._row(self.line)
            found = _KEY_IN_BRACES.match(row, 0, self.column)
            begin = found.end() if found else self.column
            return bare_placeholder(self._place(self.line, self.column), row[begin:].rstrip(" }]") + "}")
        return self._behind(self.line, self.column)

    def _unclosed(self, brace: Place | None) -> Problem:
        line, column = self.at
        place = (
            self._place(line, column) if self._sign(line, column) in ("{", "[") else brace or self._place(line, column)
        )
        sign = self._sign(place.line - 1, place.column - 1)
        closing = {"{": "}", "[": "]"}.get(sign, "}")
        return Problem(
            place,
            "unclosed-bracket",
            Sentence(f"Die Klammer {sign} wird nicht geschlossen.", f"The bracket {sign} is not closed."),
            Sentence(f"Setzen Sie {closing} ans Ende dieses Eintrags.", f"Put {closing} at the end of this entry."),
        )

    def _beside(self) -> Problem:
        """Something stands where only the next key or the end could."""
        row = self._row(self.line)
        if self.said.startswith("did not find expected <document start>") and self.line > 0:
            before = [line for line in self.lines[: self.line] if line.strip()]
            if before and before[-1].startswith("..."):
                return second_document(self._place(self.line, self.column))
        if row[: self.column + 1].strip() == ":":
            return empty_key(self._place(self.line, self.column))
        if row[: self.column].strip():
            return self._behind(self.line, self.column)
        return self._glued(self.line) or self._cut_above() or self._indentation(self.line)

    def _behind(self, line: int, column: int) -> Problem:
        """Text behind a closing quotation mark or bracket on the same line."""
        row = self._row(line)
        sign = row[column]
        if sign in "}]":
            return Problem(
                self._place(line, column),
                "extra-bracket",
                Sentence(f"Die Klammer {sign} schließt nichts.", f"The bracket {sign} closes nothing."),
                Sentence(f"Löschen Sie {sign}.", f"Delete {sign}."),
            )
        found = _KEY.match(row)
        begin = found.end() if found and found.end() <= column else len(row) - len(row.lstrip())
        value = row[begin:].strip()
        if value[0] in "\"'" and value[-1] == value[0]:
            value = value[1:-1]
        repaired = f"{row[:begin].strip()} {_in_quotes(value)}".strip()
        return Problem(
            self._place(line, column, len(row.rstrip()) - column),
            "text-behind-value",
            Sentence(
                f"Hinter dem Ende des Wertes steht noch „{_short(row[column:].strip())}“.",
                f"“{_short(row[column:].strip())}” follows behind the end of the value.",
            ),
            Sentence(f"Gehört es dazu: {repaired}", f"If it belongs there: {repaired}"),
        )

    def _glued(self, line: int) -> Problem | None:
        """The line itself is `key:value` without the blank."""
        row = self._row(line)
        typed = row.strip().removeprefix("- ").lstrip()
        if GLUED.match(typed) is None:
            return None
        return missing_blank(self._place(line, row.index(typed), len(typed)), typed)

    def _cut_above(self) -> Problem | None:
        """The text above ended at a ` #`, and this line should have gone on with it."""
        row = self._row(self.above)
        found = _KEY.match(row)
        if found is None or row[found.end() : found.end() + 1] in ("", '"', "'", "{", "[", "|", ">", "#"):
            return None
        sign = re.compile(r"\s#").search(row, found.end())
        if sign is None or len(self._row(self.line)) - len(self._row(self.line).lstrip()) <= len(row) - len(
            row.lstrip()
        ):
            return None
        at = sign.start() + 1
        return cut_by_hash(self._place(self.above, at, len(row.rstrip()) - at), row[found.end() :].strip())

    def _indentation(self, line: int) -> Problem:
        row = self._row(line)
        begin = len(row) - len(row.lstrip())
        return Problem(
            self._place(line, begin, len(row.strip())),
            "indentation",
            Sentence(
                "Die Einrückung dieser Zeile passt zu keiner Zeile darüber.",
                "The indentation of this line fits none of the lines above.",
            ),
            Sentence(
                "Einträge derselben Ebene beginnen genau untereinander; was zu einem Eintrag "
                "gehört, steht zwei Leerzeichen tiefer.",
                "Entries of one level begin exactly below one another; what belongs to an entry "
                "stands two blanks deeper.",
            ),
        )

    def _content_above(self) -> int:
        """The last line above that holds more than blanks or a comment, from 0."""
        for line in range(min(self.line, len(self.lines)) - 1, -1, -1):
            content = self.lines[line].strip()
            if content and not content.startswith("#"):
                return line
        return 0

    def _row(self, line: int) -> str:
        return self.lines[line] if line < len(self.lines) else ""

    def _sign(self, line: int, column: int) -> str:
        return self._row(line)[column : column + 1]

    def _place(self, line: int, column: int, length: int = 1) -> Place:
        return Place(self.name, line + 1, column + 1, max(1, length))


_KEY_IN_BRACES = re.compile(r".*[{,\[]\s*[^\s:,{\[]+:\s+")
_KEY = re.compile(r"""\s*(?:-\s+)*(?:"[^"]*"|'[^']*'|[^\s"'{\[#][^:#]*?):\s+""")


def _own_sign(sign: str) -> Sentence:
    return Sentence(
        f"Das Zeichen „{sign}“ hat am Anfang in YAML eine eigene Bedeutung.",
        f"The sign “{sign}” has a meaning of its own in YAML when it comes first.",
    )


def _quoted(typed: str) -> Sentence:
    """The repair of a word that begins with a sign of YAML's; of `*: back` only the key needs quotes."""
    key = re.match(r"[^\s:]+(?=:(?:\s|$))", typed)
    shown = _in_quotes(key[0] if key else typed)
    return Sentence(f"Setzen Sie Anführungszeichen: {shown}", f"Put quotation marks: {shown}")


def _in_quotes(typed: str) -> str:
    """The text in those quotation marks that it does not hold itself."""
    typed = _short(typed)
    return f"'{typed}'" if '"' in typed and "'" not in typed else '"' + typed.replace('"', "'") + '"'


def _short(typed: str) -> str:
    return typed if len(typed) <= _SHOWN else typed[: _SHOWN - 1] + "…"
