"""What goes wrong on the phone's side of the line, in one sentence for the person who holds it.

PhoneError
  made by `dropped`   the provider would drop the call: its error code, what the caller hears, the cause
  anything else       the phone was asked for something that no phone does
"""

from __future__ import annotations

from ivr.source.problems import Sentence


class PhoneError(Exception):
    """The call cannot go on. `sentence` says why in German and in English; a user is shown nothing else."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)


def dropped(code: int, de: str, en: str) -> PhoneError:
    """The error of a call that the provider gives up.

    `code` is the provider's own number for it (twilio.com/docs/api/errors), `de` and `en` name the cause and
    end with a full stop. The caller hears the provider's announcement, which is English for everybody.
    """
    return PhoneError(
        "Die Anruferin hört nur „We are sorry, an application error has occurred“ und der Anruf ist zu Ende"
        f" (Fehler {code} des Anbieters): {de}",
        "The caller hears only “We are sorry, an application error has occurred” and the call is over"
        f" (the provider's error {code}): {en}",
    )
