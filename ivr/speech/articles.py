"""Languages with articles: an office named with its own ("die Citywache") is the subject of a flowing sentence.

A plain name ("Nordstadtbüro"), whose article nobody wrote, stands before a colon, where no grammar can go wrong.
"""

from __future__ import annotations

from ivr.speech.base import Language


def with_article(name: str) -> bool:
    """Whether a name was given as a sentence needs it, fit to be a sentence's subject."""
    return name[:1].islower()


class ArticleLanguage(Language):
    """A language whose sentences flow better with an article before the name."""

    has_articles = True

    def about(self, name: str, predicate: str, otherwise: str) -> str:
        """A sentence about an office: with its article as the subject of `predicate`, else `otherwise`."""
        if with_article(name):
            return self.sentence(f"{name} {predicate}")
        return self.sentence(f"{name}: {otherwise}" if name else otherwise)
