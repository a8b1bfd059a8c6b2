"""What was proved, in sentences that a city can file."""

from __future__ import annotations

from typing import Any

from ivr.source.problems import Sentence


def stated(proved: dict[str, Any]) -> Sentence:
    """The statement of a set that was found in order."""
    languages = ", ".join(proved["languages"])
    listening, call = proved["longest_listening"], proved["longest_call"]
    keys = ", ".join(f"{contact} {keys}" for contact, keys in proved["keys_to_contact"].items())
    more = proved["places_to_return_to"]
    return Sentence(
        f"In Ordnung: Fassung {proved['version']}, geprüft für {proved['from']} bis {proved['until']}.\n"
        f"  Gelesen: {proved['flows']} Abläufe, {proved['steps']} Schritte, {proved['contacts']} Stellen; "
        f"Sprachen: {languages}\n"
        f"  Durchlaufen: {proved['states']} Zustände (bis zu {more} Menüs zurück), "
        f"{proved['turns']} Gesprächsschritte, {proved['time_classes']} Zeitlagen\n"
        f"  Gehört: {proved['documents']} Dokumente, {proved['sentences']} Sätze über Öffnungszeiten\n"
        f"  Wer nichts drückt, ist nach höchstens {call['turns_of_a_helpless_caller']} Ansagen am Ende, "
        f"jeder andere nach {call['turns_at_most']}.\n"
        f"  Die längste Ansage dauert etwa {listening['seconds']:.0f} Sekunden ({listening['language']}, "
        f"{listening['step']}).\n"
        f"  Tasten bis zur Stelle: {keys or 'keine Verbindung'}",
        f"All right: version {proved['version']}, checked for {proved['from']} to {proved['until']}.\n"
        f"  Read: {proved['flows']} flows, {proved['steps']} steps, {proved['contacts']} contacts; "
        f"languages: {languages}\n"
        f"  Explored: {proved['states']} states (up to {more} menus back), {proved['turns']} turns, "
        f"{proved['time_classes']} classes of time\n"
        f"  Heard: {proved['documents']} documents, {proved['sentences']} sentences about hours\n"
        f"  Who presses nothing is at an end after {call['turns_of_a_helpless_caller']} turns at most, "
        f"everybody else after {call['turns_at_most']}.\n"
        f"  The longest turn takes about {listening['seconds']:.0f} seconds ({listening['language']}, "
        f"{listening['step']}).\n"
        f"  Keys to each contact: {keys or 'no connection'}",
    )
