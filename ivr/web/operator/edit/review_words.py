"""The words of the review, of publishing and of bringing together."""

from __future__ import annotations

from ivr.source.problems import Sentence
from ivr.web.operator.edit.examining import WORDS as CHECK

WORDS = CHECK | {
    "title": Sentence("Ansehen und veröffentlichen", "Review and publish"),
    "of": Sentence("Arbeit von", "Work of"),
    "nothing": Sentence("Hier ist nichts geändert.", "Nothing is changed here."),
    "back": Sentence("Zurück zum Bearbeiten", "Back to editing"),
    "review_back": Sentence("Zurück zur Ansicht", "Back to the review"),
    "listen": Sentence("So anhören", "Listen to it"),
    "see": Sentence("Im Bild ansehen", "See its picture"),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Veröffentlichen geht, sobald sie wieder da ist; was gilt, gilt weiter.",
        "The database cannot be reached. Publishing is possible as soon as it is back; what is in force stays so.",
    ),
    "line_by_line": Sentence("Zeile für Zeile", "Line by line"),
    "old": Sentence("bisher", "before"),
    "newer": Sentence("neu", "new"),
    "changed": Sentence("geändert", "changed"),
    "new": Sentence("neu", "new"),
    "gone": Sentence("gelöscht", "deleted"),
    "publish": Sentence("Veröffentlichen", "Publish"),
    "why": Sentence("Warum?", "Why?"),
    "why_hint": Sentence(
        "Ein Satz für alle, die später nachlesen, etwa: Neue Telefonzeiten ab Januar",
        "A sentence for all who read it later, such as: New phone hours from January on",
    ),
    "where": Sentence("Für wen?", "For whom?"),
    "live": Sentence("Für alle Anrufer", "For all callers"),
    "draft": Sentence("Als Entwurf, nur unter der Nummer für Entwürfe", "As a draft, on the draft's number only"),
    "no_draft_number": Sentence(
        "Eine Nummer für Entwürfe ist nicht eingerichtet (IVR_DRAFT_NUMBER); im Telefon auf dieser Seite ist der "
        "Entwurf trotzdem zu hören.",
        "No number for drafts is set up (IVR_DRAFT_NUMBER); in the phone of this page the draft can be heard all the "
        "same.",
    ),
    "accept": Sentence(
        "Ich habe das gesehen und veröffentliche trotzdem", "I have seen this and publish all the same"
    ),
    "accept_noted": Sentence("Das wird im Protokoll vermerkt.", "This is noted in the trail."),
    "do": Sentence("Jetzt veröffentlichen", "Publish now"),
    "may_not": Sentence(
        "Zum Veröffentlichen fehlt Ihnen das Recht dazu (publish). Wer es hat, sieht Ihre Arbeit auf der Seite "
        "„Bearbeiten“.",
        "To publish you lack the right to it (publish). Whoever has it sees your work on the page “Edit”.",
    ),
    "not_yet": Sentence(
        "Veröffentlichen geht, sobald die Prüfung ohne Fehler zu Ende ist.",
        "Publishing is possible as soon as the check has ended without errors.",
    ),
    "not_done": Sentence("Nichts wurde veröffentlicht.", "Nothing was published."),
    "changed_since": Sentence(
        "Die Dateien wurden inzwischen geändert. Sehen Sie sie noch einmal an.",
        "The files have been changed meanwhile. Look at them again.",
    ),
    "no_why": Sentence("Bitte schreiben Sie in einem Satz, warum.", "Please write in one sentence why."),
    "bad_why": Sentence("Diese Begründung lässt sich nicht speichern.", "This reason cannot be stored."),
    "no_where": Sentence(
        "Wählen Sie: für alle Anrufer, oder als Entwurf.", "Choose: for all callers, or as a draft."
    ),
    "unaccepted": Sentence(
        "Es gibt neue Warnungen oder Szenarien, die anders ausgehen. Bestätigen Sie, dass Sie sie gesehen haben.",
        "There are new warnings, or scenarios that turn out differently. Confirm that you have seen them.",
    ),
    "overtaken": Sentence(
        "Inzwischen gilt eine andere Fassung. Ihre Änderungen sind nicht verloren: Führen Sie beides zusammen.",
        "Meanwhile another version is in force. Your changes are not lost: bring both together.",
    ),
    "quicker": Sentence("Inzwischen gilt eine andere Fassung.", "Meanwhile another version is in force."),
    "adjusted_names": Sentence("Angepasste Erwartungen", "Adjusted expectations"),
    "adjusted_then": Sentence(
        "Sie gelten, sobald diese Arbeit für alle Anrufer veröffentlicht ist; bis dahin ändert sich für andere nichts.",
        "They hold as soon as this work is published for all callers; until then nothing changes for others.",
    ),
    "beside": Sentence(
        "Es gibt einen Entwurf von {author} ({at}{why}). Ihrer ersetzt ihn; auch was Sie für alle veröffentlichen, "
        "beendet ihn.",
        "There is a draft by {author} ({at}{why}). Yours replaces it; what you publish for everybody ends it as well.",
    ),
    "other_draft": Sentence(
        "Beim Entwurf hat sich inzwischen etwas geändert. Sehen Sie nach, und veröffentlichen Sie dann noch einmal.",
        "The draft has changed meanwhile. Have a look, and then publish once more.",
    ),
    "bring_together": Sentence("Beides zusammenführen", "Bring both together"),
    "meanwhile": Sentence("Was inzwischen veröffentlicht wurde", "What has been published meanwhile"),
    "by_files": Sentence("Die Dateien auf dem Server wurden geändert.", "The files on the server were changed."),
    "in_words": Sentence("Was dabei anders wurde", "What became different"),
    "merge_title": Sentence("Zusammenführen", "Bring together"),
    "merge_intro": Sentence(
        "Während Sie gearbeitet haben, hat sich geändert, was gilt. Von beiden Seiten geht nichts verloren.",
        "While you were working, what is in force has changed. Nothing of either side is lost.",
    ),
    "merge_yours": Sentence("Von Ihnen übernommen", "Taken from you"),
    "merge_theirs": Sentence("Von den anderen übernommen", "Taken from the others"),
    "merge_both": Sentence("Von beiden geändert", "Changed by both"),
    "merge_clash": Sentence(
        "Hier haben beide dieselben Zeilen geändert. Wählen Sie für jede, was gelten soll.",
        "In these passages both have changed the same lines. Choose for each what is to hold.",
    ),
    "place": Sentence("Abschnitt", "Passage"),
    "mine": Sentence("Meins", "Mine"),
    "theirs": Sentence("Das der anderen", "Theirs"),
    "both": Sentence("Beides, meines danach", "Both, mine after it"),
    "nothing_there": Sentence("(nichts: gelöscht)", "(nothing: deleted)"),
    "merge_do": Sentence("Zusammenführen", "Bring together"),
    "merge_choose": Sentence("Wählen Sie für jeden Abschnitt.", "Choose for each passage."),
    "merged": Sentence(
        "Beides ist zusammengeführt und wird jetzt geprüft. Sehen Sie es an, und veröffentlichen Sie es dann.",
        "Both are brought together and are being checked now. Look at it, then publish it.",
    ),
    "up_to_date": Sentence(
        "Es gibt nichts zusammenzuführen: Ihre Arbeit beruht auf dem, was gilt.",
        "There is nothing to bring together: your work is based on what is in force.",
    ),
    "expectation": Sentence("Erwartung anpassen", "Adjust the expectation"),
    "expectation_what": Sentence(
        "So würde das Szenario danach erwarten, was jetzt zu hören ist. Was die Anruferin tut, bleibt, wie es ist.",
        "This is how the scenario would expect what is heard now. What the caller does stays as it is.",
    ),
    "expectation_do": Sentence("So anpassen", "Adjust it so"),
    "expectation_gone": Sentence(
        "Dieses Szenario wurde inzwischen geändert, oder es geht nicht mehr anders aus.",
        "This scenario has been changed meanwhile, or it does not turn out differently any more.",
    ),
    "adjusted": Sentence("Das Szenario ist angepasst.", "The scenario is adjusted."),
    "published_title": Sentence("Veröffentlicht", "Published"),
    "published_live": Sentence(
        "Die neue Fassung gilt binnen drei Sekunden. Wer gerade anruft, bleibt bei dem, womit der Anruf begann.",
        "The new version is in force within three seconds. Calls under way stay with what they began with.",
    ),
    "published_draft": Sentence(
        "Der Entwurf ist binnen drei Sekunden unter der Nummer für Entwürfe zu hören. Für alle anderen ändert sich "
        "nichts; Ihre Arbeit ist noch da.",
        "The draft can be heard on the draft's number within three seconds. For everybody else nothing changes; your "
        "work is still there.",
    ),
    "hear": Sentence("Jetzt anhören", "Hear it now"),
    "versions": Sentence("Zu den Fassungen", "To the versions"),
    "edit_on": Sentence("Weiter bearbeiten", "Go on editing"),
}  # fmt: skip
