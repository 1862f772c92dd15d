"""JSON text to a tree (https://www.rfc-editor.org/rfc/rfc8259).

The standard library's reader keeps no positions, no repeated names and no exact numbers, accepts
``NaN``, and its errors do not say what to do.
"""

from __future__ import annotations

import re
from typing import Final

from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.syntax.json_tree import (
    JsonArray,
    JsonMember,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    JsonWord,
)
from vbrprov.syntax.limits import DEFAULT_LIMITS, MAX_NESTING, Limits

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]*')
_HEX: Final = re.compile(r"[0-9A-Fa-f]{4}")
_NUMBERISH: Final = re.compile(r"[-+.0-9][-+.0-9eE]*")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_WORD: Final = re.compile(r"\w+")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
                   "t": "\t"}
_NO_COMMENTS: Final = ' JSON has no comments; a property named "//" serves as one.'
_EXPONENT_DIGITS: Final = 18


class _JsonStopError(Exception):
    """Ends the reading; the error has been recorded."""


def read_json(
    source: SourceFile, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[JsonValue | None, Diagnostics]:
    """The value of a JSON text; ``None`` after an error.

    Only the first error is reported: what follows a broken value cannot be told from it.
    """
    reader = _Reader(source, limits)
    try:
        return reader.whole(), reader.diags
    except _JsonStopError:
        return None, reader.diags


class _Reader:
    def __init__(self, source: SourceFile, limits: Limits) -> None:
        self.source = source
        self.text = source.text
        self.limits = limits
        self.most = min(limits.nesting, MAX_NESTING)
        self.diags = Diagnostics()
        self.depth = 0

    def whole(self) -> JsonValue:
        """The value that the text is."""
        value = self._value(self._skip(0))
        end = self._skip(value.end)
        if end < len(self.text):
            raise self._stop(
                "Extraneous data after value",
                "Extra characters appear after the JSON value. A file holds one value.",
                end, end + 1)
        return value

    def _stop(self, summary: str, detail: str, start: int, end: int, *,
              opened: tuple[str, int] | None = None) -> _JsonStopError:
        """Record the error that the caller is to raise."""
        place: tuple[tuple[str, SourceRange], ...] = ()
        if opened is not None:
            place = ((opened[0], self.source.range(opened[1], opened[1] + 1)),)
        self.diags.error(summary, detail, self.source.range(start, end), related=place)
        return _JsonStopError()

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _value(self, at: int) -> JsonValue:
        char = self.text[at : at + 1]
        if char == '"':
            return self._string(at)
        if char == "{":
            return self._object(at)
        if char == "[":
            return self._array(at)
        if found := _NUMBERISH.match(self.text, at):
            return self._number(at, found.group())
        if found := _WORD.match(self.text, at):
            return self._word(at, found.group())
        if not char:
            raise self._stop("Missing value", "The JSON data ends prematurely.", at, at)
        if char in "}]" or char == ",":
            raise self._stop(
                "Missing JSON value", "A JSON value must start with a brace, a bracket, a "
                "number, a string, or a keyword.", at, at + 1)
        hint = {"/": _NO_COMMENTS, "#": _NO_COMMENTS,
                "'": " Strings are written in double quotes."}.get(char, "")
        raise self._stop(
            "Invalid start of value", "A JSON value must start with a brace, a bracket, a "
            f"number, a string, or a keyword.{hint}", at, at + 1)

    def _deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > self.most:
            raise self._stop(
                "Nesting too deep", f"More than {self.most} brackets are open around this "
                "place.", at, at + 1)

    def _object(self, start: int) -> JsonObject:
        self._deeper(start)
        members: list[JsonMember] = []
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "}":
            member = self._member(start, at)
            members.append(member)
            at = self._next(start, member.value.end, "object", "}")
        self.depth -= 1
        return JsonObject(start, at + 1, members)

    def _member(self, opened: int, at: int) -> JsonMember:
        char = self.text[at : at + 1]
        if not char:
            raise self._unclosed(opened, "object")
        if char != '"':
            word = _WORD.match(self.text, at)
            raise self._stop(
                "Invalid object property name", "A JSON object property name must be a "
                "string, in double quotes.", at, word.end() if word else at + 1)
        name = self._string(at)
        colon = self._skip(name.end)
        char = self.text[colon : colon + 1]
        if char == "=":
            raise self._stop(
                "Missing property value colon", "JSON uses a colon as its name/value delimiter, "
                "not an equals sign.", colon, colon + 1)
        if char in ("}", ","):
            raise self._stop(
                "Missing object value", "A JSON object attribute must have a value, introduced by "
                "a colon.", colon, colon + 1)
        if char != ":":
            raise self._stop(
                "Missing property value colon", "A colon must appear between an object "
                "property's name and its value.", colon, colon + 1)
        return JsonMember(name, self._value(self._skip(colon + 1)))

    def _array(self, start: int) -> JsonArray:
        self._deeper(start)
        items: list[JsonValue] = []
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "]":
            if at >= len(self.text):
                raise self._unclosed(start, "array")
            item = self._value(at)
            items.append(item)
            at = self._next(start, item.end, "array", "]")
        self.depth -= 1
        return JsonArray(start, at + 1, items)

    def _next(self, opened: int, end: int, what: str, closer: str) -> int:
        """Where the next item of a collection starts, or its closing bracket stands."""
        at = self._skip(end)
        char = self.text[at : at + 1]
        if char == closer:
            return at
        if char == ",":
            following = self._skip(at + 1)
            if self.text[following : following + 1] == closer:
                raise self._stop(
                    f"Trailing comma in {what}", "JSON does not permit a trailing comma after "
                    f"the final item of an {what}.", at, at + 1)
            return following
        if not char:
            raise self._unclosed(opened, what)
        if char in "}]":
            wrong = "Mismatched braces" if what == "object" else "Mismatched brackets"
            raise self._stop(
                wrong, f'The {what} must be closed with "{closer}".', at, at + 1,
                opened=(f"The {what} starts here", opened))
        if char == ":":
            raise self._stop(
                "Invalid array value", "A colon is not used to introduce values in a JSON "
                "array.", at, at + 1)
        raise self._stop(
            "Missing separator comma", f"A comma must appear between the items of an {what}.",
            at, at + 1)

    def _unclosed(self, opened: int, what: str) -> _JsonStopError:
        bracket = "brace" if what == "object" else "bracket"
        return self._stop(
            f"Unclosed {what}", f"No closing {bracket} was found for this JSON {what}.",
            opened, opened + 1)

    def _word(self, at: int, word: str) -> JsonWord:
        end = at + len(word)
        if word in _WORDS:
            return JsonWord(at, end, _WORDS[word])
        if word in ("undefined", "NaN", "Infinity"):
            raise self._stop(
                "Invalid JSON keyword",
                f'The JavaScript identifier "{word}" cannot be used in JSON.', at, end)
        hint = did_you_mean(word.lower(), _WORDS) if len(word) < 20 else ""
        detail = f'"{_short(word)}" is not a valid JSON keyword. {hint}'.rstrip()
        raise self._stop("Invalid JSON keyword", detail, at, end)

    def _number(self, at: int, text: str) -> JsonNumber:
        end = at + len(text)
        if text == "-" and self.text.startswith("Infinity", end):
            self._word(end, "Infinity")
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise self._stop(
                "Invalid JSON number", "This is not a number as JSON has them, such as 12, "
                "-1.5 or 2.5e3.", at, end)
        exponent = found[3] or "0"
        digits = len(found[1]) + len(found[2] or "")
        limit = self.limits.number_digits
        if digits > limit or len(exponent) > _EXPONENT_DIGITS \
                or digits + abs(int(exponent)) > limit:
            raise self._stop(
                "Number too large", f"A number may have at most {limit} digits when written "
                "without an exponent.", at, end)
        return JsonNumber(at, end, text)

    def _string(self, start: int) -> JsonString:
        text = self.text
        parts: list[str] = []
        escapes: list[tuple[int, int]] = []
        length = 0
        at = start + 1
        while True:
            found = _PLAIN.match(text, at)
            end = found.end() if found else at
            parts.append(text[at:end])
            length += end - at
            char = text[end : end + 1]
            if char == '"':
                return JsonString(start, end + 1, "".join(parts), tuple(escapes))
            if char != "\\":
                raise self._bad_string(start, end, char)
            decoded, at = self._escape(end)
            parts.append(decoded)
            length += 1
            escapes.append((length, at))

    def _bad_string(self, start: int, at: int, char: str) -> _JsonStopError:
        if not char or char in "\r\n":
            return self._stop(
                "Invalid JSON string", "The string has no closing quote on its line. For a "
                "line end in a string, write \\n.", start, max(at, start + 1))
        return self._stop(
            "Invalid JSON string", f"The control character U+{ord(char):04X} must be written as "
            f"\\u{ord(char):04X}.", at, at + 1)

    def _escape(self, at: int) -> tuple[str, int]:
        """The character that the sequence at a backslash stands for, and the offset behind it."""
        char = self.text[at + 1 : at + 2]
        if char in _ESCAPES:
            return _ESCAPES[char], at + 2
        if char != "u":
            raise self._stop(
                "Invalid escape sequence", f'"\\{char.strip()}" is not an escape sequence of '
                "JSON. For a backslash, write two.", at, at + 2)
        code, end = self._unit(at), at + 6
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", end):
            low = self._unit(end)
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00), end + 6
        if 0xD800 <= code < 0xE000:
            raise self._stop(
                "Invalid escape sequence", f"There is no character U+{code:04X}: it is half of "
                "a pair.", at, end)
        return chr(code), end

    def _unit(self, at: int) -> int:
        found = _HEX.match(self.text, at + 2)
        if found is None:
            raise self._stop("Invalid escape sequence", "\\u must be followed by four hexadecimal "
                       "digits.", at, at + 2)
        return int(found.group(), 16)


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:40] + "..."
