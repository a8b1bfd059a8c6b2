"""The protocol by which a value class reads itself from a file.

A class that derives from `Readable` says in `read` how its value is written and in `schema` how an editor should
complete it. pydantic finds both through its two hook methods, so that the classes themselves need no pydantic: a worker
that answers calls never imports it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

from ivr.source.places import Node, Table, Word


class Readable(ABC):
    """Base of all values that are written as one word, one short table or one short list."""

    schema: ClassVar[dict[str, Any]] = {"type": "string"}
    """JSON Schema (draft-07) of the written form."""

    @classmethod
    @abstractmethod
    def read(cls, node: Node) -> Self:
        """The value that stands in the file at `node`.

        Raises:
            Refused: with every problem of this value, each at its place.
        """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(cls._noted)

    @classmethod
    def _noted(cls, node: Any, info: Any) -> Self:
        """`read`, with the value noted for whoever wants to know it although its neighbours are wrong."""
        value = cls.read(node)
        if info.context is not None:
            info.context.append(value)
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: Any, _handler: Any) -> dict[str, Any]:
        return dict(cls.schema)


class Shorthand:
    """Mixed into a dataclass that may also be written as one word, which is then the field named by `shorthand`."""

    shorthand: ClassVar[str]

    @classmethod
    def _unfold(cls, node: Any) -> Any:
        if not isinstance(node, Word):
            return node
        table = Table({Word(cls.shorthand, node.place): node})
        table.place = node.place
        return table

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(cls._unfold, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core)]}


class Doc:
    """A field's explanation for editors, in both languages: `Annotated[Target, Doc(de="…", en="…")]`."""

    def __init__(self, *, de: str, en: str) -> None:
        self.de = de
        self.en = en

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return self.explain(handler(core))

    def explain(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with this explanation. Nothing may stand beside a `$ref`: draft-07 ignores it there."""
        below = {"allOf": [schema]} if "$ref" in schema else schema
        return {**below, "description": f"{self.de} / {self.en}"}


STRICT: Any = {
    "extra": "forbid",
    "alias_generator": lambda name: name.rstrip("_"),
    "arbitrary_types_allowed": True,
}
"""`__pydantic_config__` of every dataclass that stands for a table: no unknown fields; `for_` is written `for`."""
