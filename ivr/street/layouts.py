"""The short way of reading a form: by a layout that has been seen before.

A provider sends the same names in the same order with every webhook of a kind; only the values differ. So the names of
a form that was read the long way (`form.parse_form`), and was signed, are kept as a pattern. For the next form of that
layout one match takes out all values, proves that no name is repeated or broken, and gives the signed text without
sorting: a third of the instructions of the long way.

Whatever is out of the ordinary matches no layout and goes the long way: broken escapes, bytes beyond ASCII, names that
are not plain; and so does a form whose address has a query (see `answering.receive`). So nothing is accepted or refused
here that the long way would not.
"""

from __future__ import annotations

import re
from operator import itemgetter
from threading import Lock
from urllib.parse import unquote_to_bytes

from ivr.street.form import BROKEN_ESCAPE, MAX_BODY, USED

MOST_LAYOUTS = 64
"""A provider has a dozen or two; from here on nothing more is learnt, and other forms go the long way."""

_PLAIN_NAME = re.compile(rb"[A-Za-z0-9_.-]+")
_VALUE = "=([^&]*+)"
"""`*+` never gives back: where a name does not follow, the match has failed."""


Form = tuple[str, dict[str, str]]
"""What the street needs of a form: names and values sorted and joined, as the provider has signed them behind the
address, and those fields that the service uses.
"""


class _Layout:
    """The names of a form, in their order."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.pattern = re.compile("&".join(re.escape(name) + _VALUE for name in names))
        by_name = sorted(range(len(names)), key=names.__getitem__)
        self._by_name = itemgetter(*by_name)
        self._names_and_gaps = [each for at in by_name for each in (names[at], "")]
        """Name, gap, name, gap, …, in the order in which they are signed; the gaps are for the values."""
        self._used = tuple((name, names.index(name)) for name in USED if name in names)

    def form(self, values: tuple[str, ...]) -> Form:
        signed = self._names_and_gaps.copy()
        signed[1::2] = self._by_name(values)
        return "".join(signed), {name: values[at] for name, at in self._used}


class Layouts:
    """The layouts of one process. Safe between threads."""

    def __init__(self) -> None:
        self._by_size: dict[int, tuple[_Layout, ...]] = {}
        """By the number of `&` in the form."""
        self._known: set[tuple[bytes, ...]] = set()
        self._learning = Lock()

    def read(self, body: bytes) -> Form | None:
        """The form, if its layout is known and everything in it is ordinary."""
        if len(body) > MAX_BODY or not body.isascii():
            return None
        # Nearly the only escape that comes: telephone numbers begin with a plus. It hides and makes no broken one.
        text = body.decode("ascii").replace("+", " ").replace("%2B", "+")
        for layout in self._by_size.get(body.count(b"&"), ()):
            found = layout.pattern.fullmatch(text)
            if found is not None:
                if "%" not in text:
                    return layout.form(found.groups())
                return None if BROKEN_ESCAPE.search(body) else _unescaped(layout, found.groups())
        return None

    def learn(self, body: bytes) -> None:
        """Keeps the layout of a form that `parse_form` has taken and that is signed: strangers teach nothing."""
        if len(self._known) >= MOST_LAYOUTS:
            return
        names = tuple(field.partition(b"=")[0] for field in body.split(b"&"))
        # Of one name itemgetter would make no tuple.
        if len(names) < 2 or not all(map(_PLAIN_NAME.fullmatch, names)):
            return
        with self._learning:
            if names not in self._known:
                self._known.add(names)
                size = len(names) - 1
                layout = _Layout(tuple(name.decode() for name in names))
                self._by_size[size] = (*self._by_size.get(size, ()), layout)


def _unescaped(layout: _Layout, values: tuple[str, ...]) -> Form | None:
    """The form of values that have escapes; None when one is not in UTF-8."""
    try:
        return layout.form(tuple(unquote_to_bytes(each).decode() if "%" in each else each for each in values))
    except UnicodeDecodeError:
        return None
