"""Reading what operators write: words with places, problems with repairs. Knows YAML, and no telephones."""

from ivr.source.near import did_you_mean, nearest
from ivr.source.places import NOWHERE, Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.source.reader import read_yaml
from ivr.source.report import render, to_json

__all__ = [
    "NOWHERE",
    "STRICT",
    "Doc",
    "Node",
    "Place",
    "Problem",
    "Readable",
    "Refused",
    "Row",
    "Sentence",
    "Table",
    "Word",
    "did_you_mean",
    "nearest",
    "place_of",
    "read_yaml",
    "refuse",
    "render",
    "to_json",
]
