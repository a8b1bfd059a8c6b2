"""Flow sets of any size, for asking whether a turn's cost depends on how much else there is.

Every set is the same neighbourhood of five steps again and again: a menu of four keys, two sentences, a branch and a
connection, each with texts of its own, 250 steps in a file (10 steps: two files of five). The key 0 leads from every
menu to the menu in the middle of the file in the middle. All names have the same length, so that a turn there is the
same work in every set, but for its surroundings.
"""

from pathlib import Path

STEPS_A_FILE = 250
SIZE = 5
"""Steps in a neighbourhood."""

NEIGHBOURHOOD = """\
  {0}:
    menu:
      prompt: {{de: "Sie sind am Ort {words}.", en: "You are at the place {words}."}}
      options:
        1: {{for: {{de: "Für den Weg {words}", en: "For the way {words}"}}, go: {1}}}
        2: {{for: {{de: "Für die Frage {words}", en: "For the question {words}"}}, go: {3}}}
        3: {{for: ordnungsamt, go: {4}}}
        4: {{for: {{de: "Für den nächsten Ort", en: "For the next place"}}, go: {onward}}}
      give_up: {2}
  {1}:
    say: {{de: "Das ist der Weg {words}.", en: "This is the way {words}."}}
    next: {0}
  {2}:
    say: {{de: "Hier endet der Weg {words}.", en: "Here the way {words} ends."}}
    next: hangup
  {3}:
    branch:
      - {{when: {{open: citywache}}, go: {4}}}
      - {{else: {2}}}
  {4}:
    connect:
      to: ordnungsamt
      when_closed: {2}
      busy: {0}
      no_answer: {0}
      failed: {0}
"""

DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")


def write(folder: Path, steps: int) -> None:
    """Write a set of so many steps (10, or a multiple of 250 from 500 on) into a new folder."""
    folder.mkdir()
    size = min(STEPS_A_FILE, steps // 2)
    flows = ["hotline", *(f"part_{number:02}" for number in range(1, steps // size))]
    for number, flow in enumerate(flows):
        text = f"start: {_name(size // SIZE // 2)}\n"
        if flow == "hotline":
            text += f'languages: [de, en]\nkeys: {{"0": "flow:{flows[len(flows) // 2]}"}}\n'
        text += "steps:\n"
        for place in range(size // SIZE):
            text += NEIGHBOURHOOD.format(
                *(_name(place, step) for step in range(SIZE)),
                # Operators' texts hold no digits, so the place's number is written in words.
                words=" ".join(DIGITS[int(digit)] for digit in f"{number * size // SIZE + place:04}"),
                onward=_name((place + 1) % (size // SIZE)),
            )
        (folder / f"{flow}.yaml").write_text(text, encoding="utf-8")


def _name(place: int, step: int = 0) -> str:
    return f"step_{place:02}_{step}"
