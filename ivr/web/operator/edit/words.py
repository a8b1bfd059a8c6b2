"""The words of the edit page."""

from __future__ import annotations

from ivr.source.problems import Sentence
from ivr.web.operator.edit.examining import WORDS as CHECK

WORDS = CHECK | {
    "title": Sentence("Bearbeiten", "Edit"),
    "intro": Sentence(
        "Was Sie hier ändern, hört noch niemand. Es wird laufend gespeichert und geprüft; Anrufer hören es, wenn es "
        "veröffentlicht ist.",
        "Nobody hears yet what you change here. It is saved and checked as you type; callers hear it once it is "
        "published.",
    ),
    "files": Sentence("Dateien", "Files"),
    "contacts": Sentence("Stellen und Zeiten", "Contacts and hours"),
    "pronunciation": Sentence("Aussprache", "Pronunciation"),
    "flows": Sentence("Abläufe", "Flows"),
    "changed": Sentence("geändert", "changed"),
    "new": Sentence("neu", "new"),
    "gone": Sentence("gelöscht", "deleted"),
    "add": Sentence("Ablauf hinzufügen", "Add a flow"),
    "add_name": Sentence("Name der Datei", "Name of the file"),
    "add_hint": Sentence(
        "Kleine Buchstaben ohne Umlaute, Ziffern und „_“, zum Beispiel fundsachen",
        "Small letters without accents, digits and “_”, for example lost_property",
    ),
    "add_do": Sentence("Anlegen", "Create"),
    "save": Sentence("Speichern", "Save"),
    "saved": Sentence("Gespeichert.", "Saved."),
    "saving": Sentence("Wird gespeichert …", "Saving …"),
    "unsaved": Sentence("Noch nicht gespeichert.", "Not saved yet."),
    "untouched": Sentence("Sie haben noch nichts geändert.", "You have changed nothing yet."),
    "not_saved": Sentence(
        "Nicht gespeichert: Die Datenbank ist nicht zu erreichen. Ihr Text bleibt in diesem Browser, auch wenn Sie die "
        "Seite neu laden; es wird weiter versucht.",
        "Not saved: the database cannot be reached. Your text stays in this browser, even when you reload the page; "
        "saving is tried again.",
    ),
    "offline": Sentence(
        "Nicht gespeichert: Der Dienst ist nicht zu erreichen. Ihr Text bleibt in diesem Browser, auch wenn Sie die "
        "Seite neu laden; es wird weiter versucht.",
        "Not saved: the service cannot be reached. Your text stays in this browser, even when you reload the page; "
        "saving is tried again.",
    ),
    "logged_out": Sentence(
        "Nicht gespeichert: Sie sind nicht mehr angemeldet. Ihr Text bleibt in diesem Browser. Melden Sie sich an und "
        "öffnen Sie diese Seite wieder.",
        "Not saved: you are not logged in any more. Your text stays in this browser. Log in and open this page again.",
    ),
    "log_in": Sentence("Anmelden", "Log in"),
    "not_taken": Sentence(
        "Nicht gespeichert: Diese Seite ist zu alt. Ihr Text bleibt in diesem Browser. Laden Sie die Seite neu.",
        "Not saved: this page is too old. Your text stays in this browser. Reload the page.",
    ),
    "stay": Sentence(
        "Ein weiterer Klick geht trotzdem weiter; Ihr Text bleibt dann nur in diesem Browser.",
        "Another click goes on all the same; your text then stays in this browser only.",
    ),
    "too_long": Sentence(
        "Nicht gespeichert: Die Datei ist zu groß; mehr als 256 KiB liest der Dienst nicht.",
        "Not saved: the file is too large; the service reads no more than 256 KiB.",
    ),
    "from_browser": Sentence(
        "Dieser Text war nur in diesem Browser; er wird jetzt gespeichert.",
        "This text was in this browser only; it is being saved now.",
    ),
    "from_window": Sentence(
        "Aus dem anderen Fenster übernommen.", "Taken over from the other window."
    ),
    "behind": Sentence(
        "In einem anderen Fenster wurde diese Datei inzwischen geändert.",
        "This file has been changed in another window meanwhile.",
    ),
    "behind_gone": Sentence(
        "Was Sie ändern wollten, gibt es so nicht mehr: In einem anderen Fenster wurde alles verworfen oder "
        "veröffentlicht, oder es gilt eine andere Fassung. Ihr Text steht noch hier.",
        "What you wanted to change is not there any more: in another window everything was discarded or published, or "
        "another version is in force. Your text is still here.",
    ),
    "behind_what": Sentence(
        "Ihr Text ist nicht verloren: Er steht weiter unten. Mit − beginnt, was das andere Fenster hat; mit +, was bei "
        "Ihnen steht.",
        "Your text is not lost: it is still below. What the other window has begins with −, what you have with +.",
    ),
    "in_other_window": Sentence("im anderen Fenster", "in the other window"),
    "in_yours": Sentence("bei Ihnen", "in yours"),
    "take": Sentence("Text des anderen Fensters übernehmen", "Take the other window's text"),
    "keep": Sentence("Meinen Text behalten", "Keep my text"),
    "keep_plain": Sentence(
        "„Speichern“ behält Ihren Text. Wer den anderen möchte, öffnet die Datei neu.",
        "“Save” keeps your text. To have the other one, open the file again.",
    ),
    "reopen": Sentence("Datei neu öffnen", "Open the file again"),
    "text": Sentence("Inhalt der Datei", "Content of the file"),
    "restore": Sentence("Diese Datei zurücksetzen", "Put this file back"),
    "restore_sure": Sentence(
        "Die Datei wird wieder so, wie sie in der geltenden Fassung war, mit der Sie begonnen haben. Was Sie darin "
        "geändert haben, ist dann weg.",
        "The file becomes again what it was in the set that you began with. What you have changed in it is gone then.",
    ),
    "restore_do": Sentence("Ja, zurücksetzen", "Yes, put it back"),
    "delete": Sentence("Diese Datei löschen", "Delete this file"),
    "delete_sure": Sentence(
        "Die Datei wird aus Ihrer Arbeitskopie gelöscht. Bis Sie veröffentlichen, lässt sie sich zurückholen.",
        "The file is deleted from your working copy. Until you publish, it can be had back.",
    ),
    "delete_do": Sentence("Ja, löschen", "Yes, delete it"),
    "bring_back": Sentence("Datei zurückholen", "Bring the file back"),
    "is_gone": Sentence("Diese Datei haben Sie gelöscht.", "You have deleted this file."),
    "discard": Sentence("Alles verwerfen", "Discard everything"),
    "discard_sure": Sentence(
        "Alle Ihre Änderungen an allen Dateien sind dann weg. Das lässt sich nicht zurücknehmen.",
        "All your changes in all files are gone then. This cannot be undone.",
    ),
    "discard_do": Sentence("Ja, alles verwerfen", "Yes, discard everything"),
    "discarded": Sentence("Alle Änderungen sind verworfen.", "All changes are discarded."),
    "listen": Sentence("So anhören", "Listen to it"),
    "picture": Sentence("Als Bild", "As a picture"),
    "versions": Sentence("Frühere Fassungen", "Earlier versions"),
    "review": Sentence("Ansehen und veröffentlichen", "Review and publish"),
    "review_only": Sentence("Änderungen ansehen", "Review the changes"),
    "others": Sentence("Woran andere arbeiten", "What others are working on"),
    "read_only": Sentence(
        "Sie können die Dateien ansehen. Zum Ändern fehlt Ihnen das Recht zum Bearbeiten (edit).",
        "You can look at the files. To change them you lack the right to edit (edit).",
    ),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Hier steht, was gerade gilt; woran Sie arbeiten, ist zu sehen, sobald "
        "sie wieder da ist. Anrufe gehen davon unberührt weiter.",
        "The database cannot be reached. This is what is in force; what you are working on can be seen as soon as it "
        "is back. Calls go on all the same.",
    ),
    "base_moved": Sentence(
        "Inzwischen gilt eine andere Fassung als die, mit der Sie begonnen haben. Ihre Änderungen sind nicht verloren.",
        "Meanwhile another version is in force than the one that you began with. Your changes are not lost.",
    ),
    "bring_together": Sentence("Beides zusammenführen", "Bring both together"),
    "not_done": Sentence("Das ging nicht.", "This was not possible."),
    "no_file": Sentence("Diese Datei gibt es nicht.", "There is no such file."),
    "save_hint": Sentence("Strg+S speichert sofort.", "Ctrl+S saves at once."),
}  # fmt: skip
