"""What libyaml says of a file's syntax, turned into our own words.

libyaml names a place and the rule of grammar that broke. What an operator needs is the likely slip, and the repaired
line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.source.complaints import (
    GLUED,
    LINE_END,
    bare_placeholder,
    cut_by_hash,
    directive,
    empty_key,
    in_quotes,
    missing_blank,
    own_sign,
    quoted,
    second_document,
    short,
)
from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

_KEY_IN_BRACES = re.compile(r".*[{,\[]\s*[^\s:,{\[]+:\s+")
_PLAIN_KEY = re.compile(r"[\w*#-]+(?:\s|$)")
_KEY_LINE = re.compile(r"""[\r\n][ ]*(?:- )?["'*#\w-]+:[ \r\n]""")
"""Within a quoted text: the text was to end before."""

_ITEM = re.compile(r"-[{\[\"'\w]")
_EQUALS = re.compile(r"""\s*([\w"'*#-]+)\s*=\s""")
_ENTRY = re.compile(r"[\w,-]+: \S+")
_KEY = re.compile(r"""\s*(?:-\s+)*(?:"[^"]*"|'[^']*'|[^\s"'{\[#][^:#]*?):\s+""")


def explain(
    error: MarkedYAMLError, name: str, text: str, brace: Place | None, quote: tuple[int, int] | None
) -> tuple[Problem, int]:
    """A complaint of libyaml as our problem, and the first line on which its cause may stand.

    `brace` is the last bracket that was opened outside all others, `quote` the last quoted word of several lines; or
    None.
    """
    complaint = _Complaint(error, name, text)
    if quote is not None and _KEY_LINE.search(text, *quote) and not LINE_END.search(text, quote[1], complaint.index):
        # It was ended by the next quotation mark in the file, which was to begin another text.
        before = LINE_END.split(text[: quote[0]])
        problem = complaint.unclosed_quote(len(before) - 1, len(before[-1]))
        return problem, problem.place.line
    return complaint.explained(brace)


class _Complaint:
    """One complaint with the lines around it."""

    def __init__(self, error: MarkedYAMLError, name: str, text: str) -> None:
        self.name = name
        self.lines = LINE_END.split(text)
        self.said = error.problem or ""
        self.during = error.context or ""
        mark, context = error.problem_mark, error.context_mark
        self.line, self.column = (mark.line, mark.column) if mark else (0, 0)
        self.index = mark.index if mark else 0
        self.at = (context.line, context.column) if context else (self.line, self.column)
        self.above = self._content_above(self.line)

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
        return self.unclosed_quote(*self.at)

    def unclosed_quote(self, line: int, column: int) -> Problem:
        """The quotation mark at this place, counted from 0, is not closed."""
        sign = self._sign(line, column)
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
            what = own_sign(sign)
        return Problem(self._place(line, column), "needs-quotes", what, quoted(row[column:].rstrip()))

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
                f"{short(head)} {in_quotes(item)}",
                f"Begin the list on a new line, or write text like this: {short(head)} {in_quotes(item)}",
            ),
        )

    def _colon(self) -> Problem:
        """A `: ` where no key can stand: a colon in a sentence, or a line that is indented too deep."""
        row = self._row(self.line)
        if row[: self.column].strip().count(" ") == 0 and (above := self._no_colon_above()) is not None:
            return above
        glued = self._glued(self.above)
        found = _KEY.match(row)
        if found is None or found.end() <= self.column:
            return self._colon_in_sentence(found)
        if glued is not None:
            return glued
        return self._cut_above() or self._indentation(self.line)

    def _no_colon_above(self) -> Problem | None:
        """The line above is a key that lacks its colon: one word, or a key and its value beside others."""
        row, above = self._row(self.line), self._row(self.above)
        typed = above.partition(" #")[0].strip()
        before = self._content_above(self.above)
        goes_on = _indent(self._row(before)) < _indent(above) and not self._row(before).rstrip().endswith(":")
        beside = _indent(above) == _indent(row)
        if self.above == self.line or goes_on or ":" in typed or not _PLAIN_KEY.match(typed):
            return None
        if not beside and (" " in typed or _indent(above) > _indent(row)):
            return None
        key, repaired = typed.partition(" ")[0], _with_colon(typed)
        return Problem(
            self._place(self.above, _indent(above), len(typed)),
            "missing-colon",
            Sentence(f"Hinter „{key}“ fehlt der Doppelpunkt.", f"The colon behind “{key}” is missing."),
            Sentence(f"Richtig ist: {repaired}", f"Write: {repaired}"),
        )

    def _colon_in_sentence(self, found: re.Match[str] | None) -> Problem:
        row = self._row(self.line)
        begin = found.end() if found else _indent(row)
        head, sentence = row[:begin].strip(), row[begin:].partition("  #")[0].strip()
        what = Sentence(
            "Der Doppelpunkt gehört zum Text, wird aber als Schlüssel gelesen.",
            "The colon belongs to the text, but is read as a key.",
        )
        repaired = in_quotes(sentence)
        if re.fullmatch(r"flow: \w+", sentence):
            what = Sentence("Hinter „flow:“ steht ein Leerzeichen zu viel.", "A blank too many stands behind “flow:”.")
            repaired = sentence.replace(": ", ":", 1)
        elif (equals := _EQUALS.match(row)) is not None:
            what = Sentence("Hier steht „=“, wo ein Doppelpunkt stehen muss.", "“=” stands where a colon must stand.")
            head, repaired = f"{equals[1]}:", row[equals.end() :].partition("  #")[0].strip()
        elif sentence.startswith("(") and sentence.endswith(")"):
            what = Sentence("Einträge stehen in geschweiften Klammern.", "Entries stand in braces.")
            repaired = f"{{{sentence[1:-1]}}}"
        elif sentence.endswith(("}", "]")) and not re.search(r"[{\[]", row):
            opening = {"}": "{", "]": "["}[sentence[-1]]
            what = Sentence(f"Zur Klammer {sentence[-1]} fehlt {opening}.", f"{sentence[-1]} lacks its {opening}.")
            repaired = f"{opening}{sentence}"
        elif sentence.endswith(('"', "'")) and sentence.count(sentence[-1]) == 1:
            what = Sentence(
                f"Am Anfang des Textes fehlt das Anführungszeichen {sentence[-1]}.",
                f"The quotation mark {sentence[-1]} is missing at the beginning of the text.",
            )
            repaired = in_quotes(sentence[:-1])
        elif _ENTRY.fullmatch(sentence):
            what = Sentence(
                "Hinter dem Doppelpunkt beginnt auf derselben Zeile ein weiterer Eintrag.",
                "Behind the colon another entry begins on the same line.",
            )
            repaired = f"{{{sentence}}}"
        return Problem(
            self._place(self.line, self.column),
            "colon-in-sentence",
            what,
            Sentence(f"Richtig ist: {f'{head} {repaired}'.strip()}", f"Write: {f'{head} {repaired}'.strip()}"),
        )

    def _no_colon(self) -> Problem:
        line, column = self.at
        row = self._row(line)
        if row.strip()[:1] in ("{", "["):
            return self._no_dash(line)
        repaired = _with_colon(row.partition(" #")[0])
        return (
            self._glued(line)
            or self._no_blank_behind_dash(line)
            or Problem(
                self._place(line, column, len(row.rstrip()) - column),
                "missing-colon",
                Sentence(
                    f"In der Zeile „{short(row.strip())}“ fehlt der Doppelpunkt.",
                    f"The colon is missing in the line “{short(row.strip())}”.",
                ),
                Sentence(
                    f"Richtig ist: {repaired}\nGehört die Zeile zum Text darüber, rücken Sie sie tiefer ein.",
                    f"Write: {repaired}\nIf the line goes on with the text above, indent it deeper.",
                ),
            )
        )

    def _in_brackets(self, brace: Place | None) -> Problem:
        """A comma or a closing bracket was expected."""
        sign = self._sign(self.line, self.column)
        if self.line != self.at[0] or not sign:
            return self._unclosed(brace)
        if sign == ":":
            before = re.split(r"[\s;,{\[]+", self._row(self.line)[: self.column].rstrip())[-1]
            return Problem(
                self._place(self.line, self.column),
                "colon-in-sentence",
                Sentence(
                    "In den Klammern folgt ein Doppelpunkt, ohne dass vorher ein Komma steht.",
                    "A colon follows inside the brackets, without a comma before it.",
                ),
                Sentence(
                    f"Fehlt vor „{before}“ das Komma? Sätze stehen besser auf eigenen Zeilen, "
                    'oder so: {de: "…", en: "…"}',
                    f"Is the comma missing before “{before}”? Sentences better stand on lines of their own, "
                    'or like this: {de: "…", en: "…"}',
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
        above = self._row(self.above)
        if row.strip()[:1] in ("{", "[") and _indent(above) == _indent(row) and above.strip()[:1] in ("{", "["):
            return self._no_dash(self.line)
        return (
            self._glued(self.line)
            or self._no_blank_behind_dash(self.line)
            or self._cut_above()
            or self._indentation(self.line)
        )

    def _behind(self, line: int, column: int) -> Problem:
        """Text behind a closing quotation mark or bracket on the same line."""
        row = self._row(line)
        sign = row[column]
        opening = self._sign(*self.at)
        if (opening, sign) in (("{", "]"), ("[", "}")):
            closing = {"{": "}", "[": "]"}[opening]
            return Problem(
                self._place(line, column),
                "wrong-bracket",
                Sentence(
                    f"Die Klammer {opening} wird hier mit {sign} geschlossen.",
                    f"The bracket {opening} is closed with {sign} here.",
                ),
                Sentence(f"Richtig ist {closing}.", f"Write {closing}."),
            )
        if sign in "}]":
            return Problem(
                self._place(line, column),
                "extra-bracket",
                Sentence(f"Die Klammer {sign} schließt nichts.", f"The bracket {sign} closes nothing."),
                Sentence(f"Löschen Sie {sign}.", f"Delete {sign}."),
            )
        opened = row.rfind(row[column - 1 : column], 0, column - 1) if row[column - 1 : column] in ("'", '"') else -1
        if opened >= 0 and row[opened + 1 : column - 1].endswith((", ", ": ")):
            return self.unclosed_quote(line, opened)
        found = _KEY.match(row)
        begin = found.end() if found and found.end() <= column else _indent(row)
        value = row[begin:].strip()
        if value[0] in "\"'" and value[-1] == value[0]:
            value = value[1:-1]
        repaired = f"{row[:begin].strip()} {in_quotes(value)}".strip()
        return Problem(
            self._place(line, column, len(row.rstrip()) - column),
            "text-behind-value",
            Sentence(
                f"Hinter dem Ende des Wertes steht noch „{short(row[column:].strip())}“.",
                f"“{short(row[column:].strip())}” follows behind the end of the value.",
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
        if sign is None or _indent(self._row(self.line)) <= _indent(row):
            return None
        at = sign.start() + 1
        return cut_by_hash(self._place(self.above, at, len(row.rstrip()) - at), row[found.end() :].strip())

    def _no_blank_behind_dash(self, line: int) -> Problem | None:
        row = self._row(line)
        if not _ITEM.match(row.strip()):
            return None
        repaired = short(f"- {row.strip()[1:]}")
        return Problem(
            self._place(line, _indent(row)),
            "missing-blank",
            Sentence("Hinter dem Strich fehlt das Leerzeichen.", "The blank behind the dash is missing."),
            Sentence(f"Richtig ist: {repaired}", f"Write: {repaired}"),
        )

    def _no_dash(self, line: int) -> Problem:
        row = self._row(line)
        repaired = short(f"- {row.strip()}")
        return Problem(
            self._place(line, _indent(row), len(row.strip())),
            "missing-dash",
            Sentence("Vor diesem Eintrag der Liste fehlt der Strich.", "The dash before this entry is missing."),
            Sentence(f"Richtig ist: {repaired}", f"Write: {repaired}"),
        )

    def _indentation(self, line: int) -> Problem:
        """A line that stands at a column of its own; the columns of its surroundings show which of them is wrong."""
        row = self._row(line)
        begin = _indent(row)
        head = self._content_above(line, less=begin)
        first = next((at for at in range(head + 1, line) if self._is_content(at)), line)
        columns = (_indent(self._row(head)) + 1, _indent(self._row(first)) + 1, begin + 1)
        name = short(self._row(head).partition(" #")[0].strip())
        also = None
        if first == line:
            hint = Sentence(
                f"Diese Zeile beginnt in Spalte {columns[2]}, die darüber in Spalte {columns[0]}; beide gehören wohl "
                "genau untereinander.",
                f"This line begins in column {columns[2]}, the one above in column {columns[0]}; probably both belong "
                "exactly below one another.",
            )
        elif self._row(first).strip().startswith("- ") and columns[1] == columns[2]:
            inner = columns[1] + 2
            also = self._place(first, columns[1] - 1)
            hint = Sentence(
                f"Was zu einem Strich gehört, beginnt unter dem Wort hinter ihm, in Spalte {inner}.",
                f"What belongs to a dash begins below the word behind it, in column {inner}.",
            )
        elif columns[1] == columns[2]:
            hint = Sentence(
                f"Hier geht der Text von „{name}“ weiter. Ein neuer Eintrag beginnt in Spalte {columns[0]}.",
                f"The text of “{name}” goes on here. A new entry begins in column {columns[0]}.",
            )
        else:
            also = self._place(first, columns[1] - 1)
            hint = Sentence(
                f"Diese Zeile beginnt in Spalte {columns[2]}. „{name}“ beginnt in Spalte {columns[0]}, und was dazu "
                f"gehört, in Spalte {columns[1]} (Zeile {first + 1}).",
                f"This line begins in column {columns[2]}. “{name}” begins in column {columns[0]}, and what belongs to "
                f"it in column {columns[1]} (line {first + 1}).",
            )
        return Problem(
            self._place(line, begin, len(row.strip())),
            "indentation",
            Sentence(
                "Die Einrückung dieser Zeile passt zu keiner Zeile darüber.",
                "The indentation of this line fits none of the lines above.",
            ),
            hint,
            also=also,
        )

    def _content_above(self, line: int, less: int = 10**6) -> int:
        """The last line above that holds more than blanks or a comment and is indented `less`, or else the first."""
        above = (at for at in range(min(line, len(self.lines)) - 1, -1, -1) if self._is_content(at))
        return next((at for at in above if _indent(self.lines[at]) < less), 0)

    def _is_content(self, line: int) -> bool:
        content = self._row(line).strip()
        return bool(content) and not content.startswith("#")

    def _row(self, line: int) -> str:
        return self.lines[line] if line < len(self.lines) else ""

    def _sign(self, line: int, column: int) -> str:
        return self._row(line)[column : column + 1]

    def _place(self, line: int, column: int, length: int = 1) -> Place:
        return Place(self.name, line + 1, column + 1, max(1, length))


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _with_colon(typed: str) -> str:
    """A line that lacks its colon, with it."""
    key, _, value = typed.strip().partition(" ")
    return short(f"{key}: {value}".rstrip())
