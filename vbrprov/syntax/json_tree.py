"""What a JSON text says, with source offsets and before any meaning."""

from __future__ import annotations

from bisect import bisect_right

import msgspec


class JsonNode(msgspec.Struct, frozen=True, gc=False):
    """Offsets that every value has: of the first character, and behind the last."""

    start: int
    end: int


class JsonString(JsonNode, frozen=True, gc=False):
    """A string; the offsets include the quotes.

    ``escapes`` has one pair for each escape sequence: the index in ``value`` behind the character
    that it stands for, and the offset in the file behind the sequence.
    """

    value: str
    escapes: tuple[tuple[int, int], ...] = ()

    def offset(self, index: int) -> int:
        """Where the character at *index* of the value stands in the file."""
        at = bisect_right(self.escapes, index, key=lambda pair: pair[0]) - 1
        behind, offset = self.escapes[at] if at >= 0 else (0, self.start + 1)
        return offset + index - behind


class JsonNumber(JsonNode, frozen=True, gc=False):
    """A number as written."""

    text: str


class JsonWord(JsonNode, frozen=True, gc=False):
    """``true``, ``false`` or ``null``."""

    value: bool | None


class JsonArray(JsonNode, frozen=True):
    """Values in square brackets."""

    items: list[JsonValue]


class JsonMember(msgspec.Struct, frozen=True):
    """One ``"name": value``."""

    name: JsonString
    value: JsonValue


class JsonObject(JsonNode, frozen=True):
    """Members in source order, with every repetition."""

    members: list[JsonMember]


JsonValue = JsonString | JsonNumber | JsonWord | JsonArray | JsonObject
