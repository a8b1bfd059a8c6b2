"""The words of the picture."""

from __future__ import annotations

from ivr.source.problems import Sentence

WORDS = {
    "title": Sentence("Bild der Abläufe", "Picture of the flows"),
    "intro": Sentence(
        "Jeder Kasten ist ein Schritt, ein Anruf folgt den Linien von oben nach unten. Wählen Sie einen Schritt, um zu "
        "lesen, was dort gesagt wird und wo es steht.",
        "Every box is a step, a call follows the lines from top to bottom. Choose a step to read what is said there "
        "and where it stands.",
    ),
    "version": Sentence("Fassung", "Version"),
    "live": Sentence("was Anrufer jetzt hören", "what callers hear now"),
    "draft": Sentence("Entwurf", "draft"),
    "mine": Sentence("woran ich arbeite", "what I am working on"),
    "numbers": Sentence("Zahlen einblenden", "Show numbers"),
    "no_numbers": Sentence("keine", "none"),
    "days": Sentence("letzte {} Tage", "last {} days"),
    "dates": Sentence("von … bis …", "from … to …"),
    "from": Sentence("Erster Tag", "First day"),
    "to": Sentence("Letzter Tag", "Last day"),
    "show": Sentence("Anzeigen", "Show"),
    "flows": Sentence("Abläufe", "Flows"),
    "all_flows": Sentence("Alle", "All"),
    "one_by_one": Sentence(
        "Diese Fassung hat {} Schritte. Gezeigt wird ein Ablauf nach dem anderen.",
        "This version has {} steps. One flow is shown at a time.",
    ),
    "zoom": Sentence("Größe des Bildes", "Size of the picture"),
    "closer": Sentence("Größer", "Larger"),
    "farther": Sentence("Kleiner", "Smaller"),
    "fit": Sentence("Einpassen", "Fit"),
    "canvas": Sentence("Bild, verschiebbar", "Picture, can be moved"),
    "how": Sentence(
        "Mit der Maus ziehen, mit Strg und Rad vergrößern. Tasten im Bild: Pfeile, + und −, 0 passt es ein.",
        "Drag with the mouse, zoom with Ctrl and the wheel. Keys in the picture: arrows, + and −, 0 fits it.",
    ),
    "skip_picture": Sentence("Bild überspringen, zur Liste der Schritte", "Skip the picture, to the list of steps"),
    "list": Sentence("Alle Schritte", "All steps"),
    "find": Sentence("Schritt suchen", "Find a step"),
    "find_hint": Sentence("Name oder ein Wort aus dem Text", "Name, or a word of the text"),
    "find_button": Sentence("Suchen", "Find"),
    "found": Sentence("{} gefunden", "{} found"),
    "contacts": Sentence("Stellen", "Contacts"),
    "contact": Sentence("Stelle", "Contact"),
    "flow": Sentence("Ablauf", "Flow"),
    "close": Sentence("Schließen", "Close"),
    "texts": Sentence("Text", "Text"),
    "no_texts": Sentence("Dieser Schritt hat keinen eigenen Text.", "This step has no text of its own."),
    "other_languages": Sentence("In den anderen Sprachen", "In the other languages"),
    "heard": Sentence("Anrufer hören hier jetzt", "Callers hear here now"),
    "holds": Sentence("Jetzt gilt", "What holds now"),
    "ways": Sentence("So geht es weiter", "How it goes on"),
    "always": Sentence("immer", "always"),
    "no_ways": Sentence("Hier endet der Anruf.", "The call ends here."),
    "place": Sentence("Steht in", "Stands in"),
    "line": Sentence("Zeile", "line"),
    "edit": Sentence("Bearbeiten", "Edit"),
    "call": Sentence("Anrufen", "Call"),
    "counted": Sentence("Gezählt", "Counted"),
    "came": Sentence("Anrufe", "Calls"),
    "left": Sentence("aufgelegt", "hung up"),
    "chosen": Sentence("gewählt", "chosen"),
    "missed": Sentence("keine oder falsche Taste", "no key or a wrong one"),
    "no-input": Sentence("keine", "none"),
    "no-match": Sentence("falsche", "wrong"),
    "names": Sentence("Name", "Name"),
    "phone": Sentence("Telefon", "Phone"),
    "address": Sentence("Anschrift", "Address"),
    "no_phone": Sentence("keines", "none"),
    "open": Sentence("Geöffnet", "Open"),
    "closed": Sentence("Geschlossen", "Closed"),
    "unknown": Sentence("Immer verbunden", "Always put through"),
    "rung": Sentence("Wird angerufen in", "Called from"),
    "not_rung": Sentence("Diese Stelle wird in keinem Schritt angerufen.", "No step calls this contact."),
    "gone": Sentence("Das gibt es in dieser Fassung nicht.", "There is no such thing in this version."),
    "step": Sentence("Schritt", "Step"),
    "legend": Sentence("Anrufe, die an einen Schritt kamen", "Calls that came to a step"),
    "and_more": Sentence("ab {}", "{} and more"),
    "between": Sentence("{} bis {}", "{} to {}"),
    "period": Sentence("{} Anrufe vom {} bis {}", "{} calls from {} to {}"),
    "small": Sentence(
        "„<5“: weniger als fünf. „≥5“: nicht gezeigt, damit sich keine kleinere Zahl ausrechnen lässt. Wo nichts "
        "steht, kam kein Anruf, oder zu wenige; Ansagen und Weichen, die ein Anruf nur durchläuft, werden nicht "
        "gezählt. Gezählt sind alle Fassungen des Zeitraums.",
        "“<5”: fewer than five. “≥5”: not shown, so that no smaller number can be worked out. Where nothing stands no "
        "call came, or too few; announcements and branches that a call only passes are not counted. All versions of "
        "the period are counted.",
    ),
    "no_counts": Sentence(
        "In diesem Zeitraum gibt es keine Zahlen, die gezeigt werden dürfen.",
        "In this period there are no numbers that may be shown.",
    ),
    "table": Sentence("Zahlen als Tabelle", "Numbers as a table"),
    "counts_away": Sentence(
        "Die Zahlen fehlen: Die Datenbank ist nicht zu erreichen oder braucht zu lange. Das Bild stimmt.",
        "The numbers are missing: the database cannot be reached, or takes too long. The picture is right.",
    ),
    "set_away": Sentence(
        "Diese Fassung liegt nur in der Datenbank, und die ist nicht zu erreichen.",
        "This version is in the database only, and that cannot be reached.",
    ),
    "set_wrong": Sentence(
        "Diese Fassung hat Fehler und lässt sich noch nicht zeichnen:",
        "This version has errors and cannot be drawn yet:",
    ),
    "busy": Sentence(
        "Gerade wird ein anderes großes Bild gezeichnet. Laden Sie die Seite gleich noch einmal; die Liste darunter "
        "hat alle Schritte.",
        "Another large picture is being drawn just now. Reload the page in a moment; the list below has all steps.",
    ),
    "too_large": Sentence(
        "Dieser Ablauf ist zu groß für ein Bild. Die Liste darunter hat alle Schritte.",
        "This flow is too large for a picture. The list below has all steps.",
    ),
}
