"""The words of Today."""

from __future__ import annotations

from ivr.source.problems import Sentence

WORDS = {
    "title": Sentence("Heute", "Today"),
    "lead": Sentence(
        "Wer jetzt zu erreichen ist, und was Anrufer dazu hören. Hier schließen oder öffnen Sie eine Stelle für heute.",
        "Who can be reached now, and what callers hear about it. Here you close or open an office for today.",
    ),
    "now": Sentence("Jetzt", "Now"),
    "call": Sentence("Anrufen und zuhören", "Call and listen"),
    "other_time": Sentence("Ansicht für", "View for"),
    "time_travel": Sentence("Andere Zeit ansehen", "Look at another time"),
    "at": Sentence("Tag und Uhrzeit", "Date and time"),
    "day": Sentence("Tag im Jahr", "Day of the year"),
    "minute": Sentence("Uhrzeit", "Time of day"),
    "show": Sentence("Anzeigen", "Show"),
    "back_to_now": Sentence("Zurück zu jetzt", "Back to now"),
    "not_now": Sentence(
        "Das ist nicht jetzt. Ändern lässt sich nur, was ab jetzt gilt.",
        "This is not now. Only what holds from now on can be changed.",
    ),
    "contacts": Sentence("Stellen", "Contacts"),
    "open": Sentence("Geöffnet", "Open"),
    "closed": Sentence("Geschlossen", "Closed"),
    "unknown": Sentence("Wird immer durchgestellt", "Always put through"),
    "why": Sentence("Warum", "Why"),
    "otherwise": Sentence("Ohne den Tagesschalter", "Without the switch"),
    "callers_hear": Sentence("Anrufer hören", "Callers hear"),
    "other_languages": Sentence("In den anderen Sprachen", "In the other languages"),
    "line": Sentence("Zeile", "line"),
    "in_picture": Sentence("Im Bild zeigen", "Show in the picture"),
    "house": Sentence("Im Haus:", "In the house:"),
    "switched": Sentence("Tagesschalter", "The day's switch"),
    "end_switch": Sentence("Schalter beenden", "End the switch"),
    "switch": Sentence("Heute schließen oder öffnen", "Close or open today"),
    "switch_anew": Sentence("Schalter ändern", "Change the switch"),
    "value": Sentence("Ab sofort", "From now on"),
    "close": Sentence("geschlossen", "closed"),
    "opened": Sentence("geöffnet", "open"),
    "until": Sentence("Bis", "Until"),
    "until_today": Sentence("Ende des Tages", "the end of the day"),
    "until_time": Sentence("zu diesem Zeitpunkt", "this time"),
    "until_further": Sentence("auf Weiteres", "further notice"),
    "until_at": Sentence("Zeitpunkt", "Time"),
    "reason": Sentence("Grund, den Anrufer hören", "Reason that callers hear"),
    "reason_hint": Sentence(
        "Darf leer bleiben. Zum Beispiel: Personalversammlung. Zahlen in Worten.",
        "May stay empty. For example: staff meeting. Numbers in words.",
    ),
    "reasons": Sentence("Grund in weiteren Sprachen", "Reason in further languages"),
    "apply": Sentence("Ab sofort so ansagen", "Tell callers from now on"),
    "announcement": Sentence("Durchsage", "Announcement"),
    "no_announcement": Sentence(
        "Nach der Begrüßung wird nichts durchgesagt.", "Nothing is announced after the greeting."
    ),
    "after_greeting": Sentence("Alle Anrufer hören nach der Begrüßung", "After the greeting all callers hear"),
    "announce": Sentence("Etwas durchsagen", "Announce something"),
    "announce_anew": Sentence("Andere Durchsage", "Another announcement"),
    "end_announcement": Sentence("Durchsage beenden", "End the announcement"),
    "text": Sentence("Was alle Anrufer hören sollen", "What all callers are to hear"),
    "text_hint": Sentence(
        "Ein kurzer Satz, Zahlen in Worten. Höchstens zehn Sekunden: Jeder muss es abwarten.",
        "One short sentence, numbers in words. Ten seconds at most: everybody has to wait for it.",
    ),
    "texts": Sentence("In weiteren Sprachen", "In further languages"),
    "texts_hint": Sentence(
        "Wo nichts steht, ist der Text der ersten Sprache zu hören.",
        "Where there is nothing, the text of the first language is heard.",
    ),
    "say": Sentence("Ab sofort durchsagen", "Announce from now on"),
    "seconds": Sentence("Sekunden", "seconds"),
    "too_long": Sentence(
        "Das ist lang: Jeder Anrufer muss es abwarten. Lässt es sich kürzer sagen?",
        "This is long: every caller has to wait for it. Can it be said in fewer words?",
    ),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Hier steht, was dieser Server weiß; eine Änderung gilt sofort für "
        "diesen Server und für alle anderen, sobald die Datenbank wieder da ist.",
        "The database cannot be reached. This is what this server knows; a change holds for this server at once, "
        "and for all others as soon as the database is back.",
    ),
    "logged_out": Sentence(
        "Sie sind nicht mehr angemeldet. Was Sie hier geschrieben haben, bleibt stehen; melden Sie sich in einem neuen "
        "Fenster an und machen Sie hier weiter.",
        "You are not logged in any more. What you have written here stays; log in in a new window and go on here.",
    ),
    "log_in": Sentence("Anmelden", "Log in"),
    "twice_first": Sentence(
        "In dieser Nacht wird die Uhr zurückgestellt; diese Uhrzeit gibt es zweimal. Das ist das erste Mal.",
        "The clock is set back in this night; this time comes twice. This is the first time.",
    ),
    "twice_second": Sentence(
        "In dieser Nacht wird die Uhr zurückgestellt; diese Uhrzeit gibt es zweimal. Das ist das zweite Mal.",
        "The clock is set back in this night; this time comes twice. This is the second time.",
    ),
    "see_second": Sentence("Das zweite Mal ansehen", "Look at the second time"),
    "see_first": Sentence("Das erste Mal ansehen", "Look at the first time"),
    "refused": Sentence(
        "Geänderte Dateien gelten nicht, denn sie haben Fehler:",
        "The changed files are not used, because they have errors:",
    ),
    "stored": Sentence(
        "Gespeichert. Alle laufenden Dienste richten sich binnen drei Sekunden danach.",
        "Stored. All running services obey within three seconds.",
    ),
    "spooled": Sentence(
        "Auf diesem Server aufbewahrt; der Dienst hier richtet sich sofort danach.",
        "Kept on this server; the service here obeys at once.",
    ),
    "remarks": Sentence("Es gilt so, ließe sich aber besser vorlesen:", "It holds, but could be read better:"),
    "not_done": Sentence("Es hat sich nichts geändert.", "Nothing has changed."),
    "may_not": Sentence("Sie dürfen ansehen, aber nichts ändern.", "You may look at everything, and change nothing."),
}

OVER = Sentence(
    "Dieser Zeitpunkt ist schon vorbei, oder er ist keiner. Nötig ist einer, der noch kommt.",
    "This time is over already, or it is none. One is needed that is still to come.",
)
NO_TIME = Sentence(
    "Das ist kein Zeitpunkt, den der Kalender kennt; zu sehen ist, was jetzt gilt.",
    "This is no time that the calendar knows; you see what holds now.",
)
NO_CONTACT = Sentence("Diese Stelle gibt es nicht mehr.", "There is no such contact any more.")
NO_VALUE = Sentence("Soll geschlossen oder geöffnet gelten?", "Is it to be closed or open?")
NO_TEXT = Sentence("In der ersten Sprache muss ein Text stehen.", "There has to be a text in the first language.")
UNTIL = {
    "open": Sentence("bis {}", "until {}"),
    "closed": Sentence("öffnet {}", "opens {}"),
}
NO_END = {
    "open": Sentence("ein Ende ist nicht in Sicht", "no end in sight"),
    "closed": Sentence("wann es öffnet, ist nicht in Sicht", "no opening in sight"),
    "unknown": Sentence("Öffnungszeiten sind nicht eingetragen", "no opening hours are entered"),
}
RULES = {
    "unknown": Sentence("ohne Öffnungszeiten eingetragen", "entered without opening hours"),
    "switch": Sentence("der Tagesschalter", "the day's switch"),
}
AT = {
    0: Sentence("heute um {:%H:%M} Uhr", "today at {:%H:%M}"),
    1: Sentence("morgen um {:%H:%M} Uhr", "tomorrow at {:%H:%M}"),
}
OVERTAKEN = {
    "other": Sentence(
        "Inzwischen gilt etwas anderes: {} ({}, {}). Sehen Sie es sich an, und entscheiden Sie dann noch einmal.",
        "Something else holds by now: {} ({}, {}). Have a look at it, and then decide once more.",
    ),
    "nothing": Sentence(
        "Was hier stand, gilt nicht mehr. Sehen Sie nach, und entscheiden Sie dann noch einmal.",
        "What stood here does not hold any more. Have a look, and then decide once more.",
    ),
}
