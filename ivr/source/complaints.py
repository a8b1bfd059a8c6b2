"""What the reader says of a file's text, in the operator's words and with the repair: one function for each code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
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


def is_utf16(raw: bytes) -> bool:
    """Whether it begins like UTF-16: with its mark, or with letters that are followed by an empty byte each."""
    return raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(raw) > 1 and not any(raw[1:64:2]))


def not_utf8(name: str, raw: bytes, at: int) -> Problem:
    """`at` is the first byte that is no UTF-8; everything before it is."""
    before = raw[:at].decode("utf-8", "replace")
    place = place_at(name, before + "?", len(before), len(before) + 1)
    hint = Sentence(
        "Datei als UTF-8 speichern: im Editor „Speichern unter“, Zeichenkodierung „UTF-8“.",
        "Save the file as UTF-8: “Save as” in the editor, character encoding “UTF-8”.",
    )
    if is_utf16(raw):
        message = Sentence("Die Datei ist als UTF-16 gespeichert.", "The file is saved as UTF-16.")
        return Problem(Place(name, 1, 1), "not-utf8", message, hint)
    if b"\0" in raw:
        message = Sentence("Das ist keine Textdatei.", "This is not a text file.")
        which = Sentence(
            "Hier gehört eine Datei hin, die ein Texteditor als UTF-8 gespeichert hat.",
            "A file belongs here that a text editor has saved as UTF-8.",
        )
        return Problem(Place(name, 1, 1), "not-text", message, which)
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
    return Problem(place, code, own_sign(sign), quoted(typed))


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
            f"„{short(word)}“ steht zweimal: hier und {where[0]}, Spalte {first.place.column}.",
            f"“{short(word)}” stands twice: here and {where[1]}, column {first.place.column}.",
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


_SPAN = re.compile(r"['\"]?\d{1,2}([:.]\d{2})?\s*[-–]\s*\d{1,2}([:.]\d{2})?['\"]?", re.ASCII)
"""A span of time: behind a comma in braces it is the second of a day."""


PAIR = re.compile(r"([a-z_]{2,}) ([^\s,]+)")
"""A field and its value without the colon."""


def lone_key(place: Place, word: str) -> Problem:
    if _SPAN.fullmatch(word.strip()):
        return Problem(
            place,
            "missing-brackets",
            Sentence(
                f"„{word}“ gehört zu den Zeiten davor, steht aber für sich.",
                f"“{word}” belongs to the times before it, but stands alone.",
            ),
            Sentence(
                "Mehrere Zeiten eines Tages stehen in eckigen Klammern: [8:00-12:00, 13:00-17:30].",
                "Several times of one day stand in brackets: [8:00-12:00, 13:00-17:30].",
            ),
        )
    if (pair := PAIR.fullmatch(word)) is not None:
        key, value = pair.groups()
        return Problem(
            place,
            "missing-colon",
            Sentence(f"Hinter „{key}“ fehlt der Doppelpunkt.", f"The colon behind “{key}” is missing."),
            Sentence(f"Richtig ist: {key}: {value}", f"Write: {key}: {value}"),
        )
    return Problem(
        place,
        "missing-colon",
        Sentence(
            f"Hinter „{short(word)}“ fehlt der Doppelpunkt mit dem Wert.",
            f"The colon and the value are missing behind “{short(word)}”.",
        ),
        Sentence(
            "In geschweiften Klammern steht „name: wert“. "
            f"Ist es Text, gehört er in Anführungszeichen: {in_quotes(word)}",
            f"Braces hold “name: value”. If it is text, put it in quotation marks: {in_quotes(word)}",
        ),
    )


def missing_blank(place: Place, typed: str) -> Problem:
    found = GLUED.match(typed)
    head = typed[: found.end() - 1] if found else typed.partition(":")[0]
    repaired = short(f"{head}: {typed[len(head) + 1 :]}")
    return Problem(
        place,
        "missing-blank",
        Sentence(
            f"Hinter dem Doppelpunkt in „{short(typed)}“ fehlt das Leerzeichen.",
            f"The blank behind the colon in “{short(typed)}” is missing.",
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
        Sentence(f"Richtig ist: {short(repaired)}", f"Write: {short(repaired)}"),
    )


# Values


def hash_value(place: Place, typed: str) -> Problem:
    return Problem(
        place,
        "hash-value",
        Sentence(
            f"„{short(typed)}“ beginnt mit #, ist also ein Kommentar: Hier fehlt der Wert.",
            f"“{short(typed)}” begins with #, so it is a comment: the value is missing.",
        ),
        Sentence(
            f"Richtig ist: {in_quotes(typed)} Ein Kommentar hat hinter # ein Leerzeichen.",
            f"Write: {in_quotes(typed)} A comment has a blank behind #.",
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
            f"Gehört es zum Satz: {in_quotes(typed)} Ist es ein Kommentar: zwei Leerzeichen vor "
            "und eines hinter das #.",
            f"If it belongs to the sentence: {in_quotes(typed)} If it is a comment: two blanks "
            "before and one behind the #.",
        ),
    )


def comma_in_braces(place: Place, word: str) -> Problem:
    return Problem(
        place,
        "cut-sentence",
        Sentence(
            f"Das Komma vor „{short(word)}“ beendet hier den Satz.",
            f"The comma before “{short(word)}” ends the sentence here.",
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
        Sentence(f"Richtig ist: {in_quotes(typed)}", f"Write: {in_quotes(typed)}"),
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


def own_sign(sign: str) -> Sentence:
    """The sign opens something of YAML's."""
    return Sentence(
        f"Das Zeichen „{sign}“ hat am Anfang in YAML eine eigene Bedeutung.",
        f"The sign “{sign}” has a meaning of its own in YAML when it comes first.",
    )


def quoted(typed: str) -> Sentence:
    """The repair of a word that begins with a sign of YAML's; of `*: back` only the key needs quotes."""
    key = re.match(r"[^\s:]+(?=:(?:\s|$))", typed)
    shown = in_quotes(key[0] if key else typed)
    return Sentence(f"Setzen Sie Anführungszeichen: {shown}", f"Put quotation marks: {shown}")


def in_quotes(typed: str) -> str:
    """The text in those quotation marks that it does not hold itself."""
    typed = short(typed)
    return f"'{typed}'" if '"' in typed and "'" not in typed else '"' + typed.replace('"', "'") + '"'


def short(typed: str) -> str:
    """The text as far as a message has room for it."""
    return typed if len(typed) <= _SHOWN else typed[: _SHOWN - 1] + "…"
