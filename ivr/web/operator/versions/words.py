"""The words of the page of versions."""

from __future__ import annotations

from ivr.source.problems import Sentence
from ivr.telling import LONGEST

NAME = Sentence("Fassungen", "Versions")

WORDS = {
    "title": Sentence("Fassungen", "Versions"),
    "lead": Sentence(
        "Was Anrufer jetzt hören, was sie früher hörten, und was sich geändert hat.",
        "What callers hear now, what they heard before, and what has changed.",
    ),
    "version": Sentence("Fassung", "Version"),
    "in_force": Sentence("Das hören Anrufer jetzt", "What callers hear now"),
    "from_published": Sentence("veröffentlicht", "published"),
    "from_files": Sentence("aus den Dateien dieses Servers", "from the files of this server"),
    "soon": Sentence(
        "Sie ist gerade veröffentlicht worden und gilt für neue Anrufe binnen drei Sekunden.",
        "It has just been published, and holds for new calls within three seconds.",
    ),
    "by": Sentence("von", "by"),
    "refused_files": Sentence(
        "Geänderte Dateien gelten nicht, denn sie haben Fehler:",
        "The changed files are not used, because they have errors:",
    ),
    "refused_set": Sentence(
        "Die veröffentlichte Fassung gilt auf diesem Server nicht, denn sie hat Fehler:",
        "The published version does not hold on this server, because it has errors:",
    ),
    "more_problems": Sentence("und weitere; insgesamt", "and others; altogether"),
    "draft": Sentence("Entwurf", "Draft"),
    "draft_title": Sentence("Der Entwurf daneben", "The draft beside it"),
    "no_draft": Sentence("Zurzeit gibt es keinen Entwurf.", "There is no draft at present."),
    "draft_heard": Sentence("Zu hören unter der Nummer", "Heard on the number"),
    "draft_unheard": Sentence(
        "Am Telefon ist er nicht zu hören: Für Entwürfe ist keine Nummer eingerichtet (Einstellung IVR_DRAFT_NUMBER). "
        "Auf der Seite „Telefon“ geht es trotzdem.",
        "It is not heard by telephone: no number is set up for drafts (setting IVR_DRAFT_NUMBER). On the page “Phone” "
        "it can be heard all the same.",
    ),
    "no_number": Sentence(
        "Für Entwürfe ist keine Nummer eingerichtet (Einstellung IVR_DRAFT_NUMBER).",
        "No number is set up for drafts (setting IVR_DRAFT_NUMBER).",
    ),
    "compare_draft": Sentence("Was der Entwurf ändert", "What the draft changes"),
    "compare_mine": Sentence("Was ich gerade ändere", "What I am changing"),
    "compare": Sentence("Zwei Fassungen vergleichen", "Compare two versions"),
    "put_in_force": Sentence("Für alle in Kraft setzen …", "Put in force for all …"),
    "log": Sentence("Was veröffentlicht wurde", "What was published"),
    "log_empty": Sentence("Es ist noch nichts veröffentlicht.", "Nothing has been published yet."),
    "live": Sentence("in Kraft", "in force"),
    "changed": Sentence("Was sich änderte", "What changed"),
    "unchanged": Sentence("dieselbe wie zuvor", "the same as before"),
    "hear": Sentence("Anhören", "Hear it"),
    "picture": Sentence("Bild", "Picture"),
    "listening": Sentence("Vorlesen", "Read aloud"),
    "files": Sentence("Dateien (ZIP)", "Files (ZIP)"),
    "again": Sentence("Wieder in Kraft setzen …", "Put in force again …"),
    "as_draft": Sentence("Als Entwurf …", "As the draft …"),
    "newest": Sentence("Zu den neuesten", "To the newest"),
    "older": Sentence("Ältere", "Older"),
    "paging": Sentence("Blättern", "Pages of the log"),
    "kept": Sentence("Was auf diesem Server liegt", "What this server keeps"),
    "last_used": Sentence("zuletzt in Gebrauch", "last in use"),
    "told": Sentence("Anweisungen der letzten Zeit", "Instructions given lately"),
    "told_hint": Sentence(
        "Tagesschalter, Durchsagen, Grenzen und PINs gelten unabhängig davon, welche Fassung in Kraft ist.",
        "The day's switches, announcements, limits and PINs hold whichever version is in force.",
    ),
    "told_nothing": Sentence("Noch keine.", "None yet."),
    "holds": Sentence("gilt jetzt", "holds now"),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Hier steht, was dieser Server weiß. Veröffentlicht werden kann erst "
        "wieder, wenn sie da ist; was gilt, gilt weiter.",
        "The database cannot be reached. This is what this server knows. Nothing can be published until it is back; "
        "what is in force stays in force.",
    ),
    "away_set": Sentence(
        "Die Datenbank ist nicht zu erreichen, und auf diesem Server liegt diese Fassung nicht.",
        "The database cannot be reached, and this server does not keep this version.",
    ),
    "away_publish": Sentence(
        "Es hat sich nichts geändert: Die Datenbank ist nicht zu erreichen. Was jetzt gilt, gilt weiter.",
        "Nothing has changed: the database cannot be reached. What is in force stays in force.",
    ),
    "done_live": Sentence("Veröffentlicht: Fassung {version}.", "Published: version {version}."),
    "done_draft": Sentence("Entwurf: Fassung {version}.", "Draft: version {version}."),
    "there_live": Sentence(
        "Die Fassung {version} ist schon in Kraft. Es kam nichts hinzu.",
        "Version {version} is in force already. Nothing was added.",
    ),
    "there_draft": Sentence(
        "Die Fassung {version} ist schon der Entwurf. Es kam nichts hinzu.",
        "Version {version} is the draft already. Nothing was added.",
    ),
    "heard_live": Sentence(
        "Neue Anrufe hören sie binnen drei Sekunden; wer gerade anruft, bleibt bei dem, womit der Anruf begann.",
        "New calls hear it within three seconds; calls under way stay with what they began with.",
    ),
    "heard_draft": Sentence(
        "Ihn hören nur Anrufe bei der Nummer für Entwürfe. Er endet, sobald etwas veröffentlicht wird.",
        "Only calls to the number for drafts hear it. It ends as soon as something is published.",
    ),
    # The difference
    "difference": Sentence("Was Anrufer anders hören", "What callers hear differently"),
    "from": Sentence("Bisher", "Before"),
    "to": Sentence("Neu", "New"),
    "show": Sentence("Vergleichen", "Compare"),
    "swap": Sentence("Umgekehrt", "The other way round"),
    "word_live": Sentence("was Anrufer jetzt hören", "what callers hear now"),
    "word_draft": Sentence("der Entwurf", "the draft"),
    "word_mine": Sentence("was ich in Arbeit habe", "what I am working on"),
    "unread": Sentence(
        "Eine der beiden hat Fehler und lässt sich darum nicht vergleichen:",
        "One of the two has errors, and cannot be compared because of that:",
    ),
    "not_found": Sentence("Das lässt sich nicht zeigen.", "This cannot be shown."),
    "back": Sentence("Zu den Fassungen", "To the versions"),
    # Publishing
    "ask_live": Sentence("Diese Fassung in Kraft setzen", "Put this version in force"),
    "ask_draft": Sentence("Diese Fassung als Entwurf anbieten", "Make this version the draft"),
    "now_in_force": Sentence("Jetzt gilt", "In force now"),
    "then": Sentence("Danach gilt", "In force then"),
    "then_draft": Sentence("Der Entwurf wird", "The draft will be"),
    "will_change": Sentence("Das hören Anrufer dann anders", "What callers will hear differently"),
    "would_change": Sentence("Das hört man im Entwurf anders", "What is different in the draft"),
    "not_compared": Sentence(
        "Was sich ändert, lässt sich gerade nicht sagen.", "What will change cannot be told at present."
    ),
    "why": Sentence("Warum?", "Why?"),
    "why_hint": Sentence(
        "Ein Satz für die Kolleginnen und Kollegen. Anrufer hören ihn nicht.",
        "One sentence for your colleagues. Callers do not hear it.",
    ),
    "files_stay": Sentence(
        "Die Dateien auf den Servern bleiben, wie sie sind. Wer sie dort bearbeitet, holt sich vorher diese Fassung "
        "als ZIP.",
        "The files on the servers stay as they are. Whoever edits them there fetches this version as a ZIP before.",
    ),
    "running_calls": Sentence(
        "Wer gerade anruft, bleibt bei dem, womit der Anruf begann.",
        "Calls under way stay with what they began with.",
    ),
    "do_live": Sentence("Jetzt in Kraft setzen", "Put in force now"),
    "do_draft": Sentence("Als Entwurf anbieten", "Make it the draft"),
    "cancel": Sentence("Abbrechen", "Cancel"),
    "unchecked": Sentence("Es eilt: ohne Prüfung fortfahren", "It is urgent: go on without a check"),
    "unchecked_hint": Sentence(
        "Das geht, weil diese Fassung schon einmal galt. Sie kann trotzdem Fehler haben: Was damals richtig war, kann "
        "heute falsch sein. Es wird im Protokoll vermerkt.",
        "This is possible because this version was in force before. It may have errors all the same: what was right "
        "then can be wrong today. It is noted in the trail.",
    ),
    "already": Sentence("Diese Fassung ist schon in Kraft.", "This version is in force already."),
    "not_done": Sentence("Es hat sich nichts geändert.", "Nothing has changed."),
    "unreadable": Sentence(
        "Das jetzige Programm kann diese Fassung nicht mehr lesen:", "The present program can no longer read it:"
    ),
    "overtaken": Sentence(
        "Inzwischen gilt eine andere Fassung: {version} ({told}). Unten steht, was sich ihr gegenüber ändern würde.",
        "Another version is in force by now: {version} ({told}). Below you see what would change against that one.",
    ),
    "overtaken_files": Sentence(
        "Inzwischen gelten geänderte Dateien dieses Servers, als Fassung {version}. Unten steht, was sich ihr "
        "gegenüber ändern würde.",
        "Changed files of this server are in force by now, as version {version}. Below you see what would change "
        "against those.",
    ),
}

RULES = {
    "nothing_published": Sentence(
        "Es ist noch nichts veröffentlicht: Jeder Server spricht, was in seinen Dateien steht.",
        "Nothing has been published yet: each server speaks what stands in its files.",
    ),
    "files_speak": Sentence(
        "Die Dateien haben die Veröffentlichung überholt: Sie wurden auf diesem Server geändert, nachdem am {at} die "
        "Fassung {published} veröffentlicht worden war. Was sich zuletzt ändert, gilt. Andere Server sprechen "
        "weiter, was veröffentlicht ist; für alle gilt dasselbe, sobald wieder jemand veröffentlicht.",
        "The files have overtaken the publication: they were changed on this server after version {published} had "
        "been published, {at}. What changes last speaks. Other servers go on with what is published; the same "
        "holds for all as soon as somebody publishes again.",
    ),
    "refused": Sentence(
        "Am {at} ist die Fassung {published} veröffentlicht worden. Sie hat Fehler; dieser Server spricht weiter, was "
        "vorher galt.",
        "Version {published} was published, {at}. It has errors; this server goes on with what was in force before.",
    ),
    "files_older": Sentence(
        "Die Dateien dieses Servers haben einen anderen Stand (Fassung {seen}). Die Veröffentlichung hat sie "
        "überholt: Was sich zuletzt ändert, gilt. Wer die Dateien das nächste Mal ändert, setzt hier deren ganzen "
        "Stand in Kraft.",
        "The files of this server are at another state (version {seen}). The publication has overtaken them: what "
        "changes last speaks. Whoever changes the files next puts all that is in them in force here.",
    ),
    "files_alike": Sentence("In den Dateien dieses Servers steht dasselbe.", "The files of this server say the same."),
    "published": Sentence("Alle Server sprechen, was veröffentlicht ist.", "All servers speak what is published."),
    "away": Sentence(
        "Das spricht dieser Server. Was anderswo gilt, ist gerade nicht zu sehen.",
        "This is what this server speaks. What is in force elsewhere cannot be seen at present.",
    ),
}

BAD_REASON = Sentence(
    f"Nötig ist ein Grund: eine Zeile Text, höchstens {LONGEST} Zeichen lang.",
    f"A reason is needed: a line of text, of {LONGEST} characters at most.",
)
UNSTORABLE = Sentence("Dieser Text lässt sich nicht speichern.", "This text cannot be stored.")
