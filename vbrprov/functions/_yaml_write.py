"""A value as YAML text, byte for byte as Terraform writes it.

Strings are double quoted, those with line breaks literal blocks where that is possible; long lines
fold after 80 columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from vbrprov.functions._structure import mapping, sequence
from vbrprov.functions._text import check_size
from vbrprov.values import BigFloat, Null, Value
from vbrprov.values.convert import number_to_string

_WIDTH = 80
_INDENT = 2
_LONGEST_SIMPLE_KEY = 128
_BREAKS = "\r\n\x85\u2028\u2029"
_SHORT = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r",
    "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}


def _printable(char: str) -> bool:
    code = ord(char)
    return code == 0x0A or 0x20 <= code <= 0x7E or (
        0xA0 <= code <= 0xFFFD and code != 0xFEFF and not 0xD800 <= code <= 0xDFFF)


def _fits_block(value: str) -> bool:
    """Whether a literal block can hold *value*."""
    if value.endswith(" ") or not all(map(_printable, value)):
        return False
    return not any(a == " " and b in _BREAKS for a, b in pairwise(value))


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.size = 0
        self.column = 0
        self.indent = -1
        self.whitespace = True
        self.indention = True

    def put(self, part: str) -> None:
        self.size += len(part)
        check_size(self.size)
        self.out.append(part)
        self.column += len(part)

    def line_break(self, char: str = "\n") -> None:
        self.put(char)
        self.column = 0

    def start_line(self) -> None:
        wanted = max(self.indent, 0)
        if not self.indention or self.column > wanted or (
                self.column == wanted and not self.whitespace):
            self.line_break()
        self.put(" " * (wanted - self.column))
        self.whitespace = self.indention = True

    def indicator(self, sign: str, *, space: bool, whitespace: bool = False,
                  indention: bool = False) -> None:
        if space and not self.whitespace:
            self.put(" ")
        self.put(sign)
        self.whitespace = whitespace
        self.indention = self.indention and indention

    def deeper(self, *, flow: bool = False) -> int:
        before = self.indent
        self.indent = (_INDENT if flow else 0) if before < 0 else before + _INDENT
        return before

    def node(self, value: Value, *, in_mapping: bool = False, simple_key: bool = False) -> None:
        items, entries = sequence(value), mapping(value)
        if items is not None:
            self.sequence(items, in_mapping=in_mapping)
        elif entries is not None:
            self.mapping(entries)
        elif isinstance(value, str):
            self.string(value, simple_key=simple_key)
        else:
            self.plain(value)

    def empty(self, signs: str) -> None:
        self.indicator(signs[0], space=True, whitespace=True)
        self.indicator(signs[1], space=False)

    def sequence(self, items: Sequence[Value], *, in_mapping: bool) -> None:
        if not items:
            self.empty("[]")
            return
        before = self.indent
        if not (in_mapping and not self.indention):
            self.deeper()
        for item in items:
            self.start_line()
            self.indicator("-", space=True, indention=True)
            self.node(item)
        self.indent = before

    def mapping(self, entries: Mapping[str, Value]) -> None:
        if not entries:
            self.empty("{}")
            return
        before = self.deeper()
        for key in sorted(entries):
            self.start_line()
            simple = len(key.encode()) <= _LONGEST_SIMPLE_KEY and not any(
                char in _BREAKS for char in key)
            if simple:
                self.node(key, in_mapping=True, simple_key=True)
                self.indicator(":", space=False)
            else:
                self.indicator("?", space=True, indention=True)
                self.node(key, in_mapping=True)
                self.start_line()
                self.indicator(":", space=True, indention=True)
            self.node(entries[key], in_mapping=True)
        self.indent = before

    def plain(self, value: Value) -> None:
        if type(value) is Null:
            shown = "null"
        elif isinstance(value, bool):
            shown = "true" if value else "false"
        elif isinstance(value, (int, BigFloat)):
            shown = number_to_string(value)
        else:
            raise TypeError(f"no YAML for {type(value).__name__}")
        self.indicator(shown, space=True)

    def string(self, value: str, *, simple_key: bool) -> None:
        before = self.deeper(flow=True)
        if "\n" in value and not simple_key and _fits_block(value):
            self.block(value)
        else:
            self.quoted(value, foldable=not simple_key)
        self.indent = before

    def block(self, value: str) -> None:
        hint = str(_INDENT) if value[0] == " " or value[0] in _BREAKS else ""
        if value[-1] not in _BREAKS:
            hint += "-"
        elif len(value) == 1 or value[-2] in _BREAKS:
            hint += "+"
        self.indicator("|" + hint, space=True)
        self.line_break()
        self.whitespace = self.indention = True
        fresh = True
        for char in value:
            if char in _BREAKS:
                self.line_break(char)
                self.indention = fresh = True
                continue
            if fresh:
                self.start_line()
            self.put(char)
            self.indention = fresh = False

    def quoted(self, value: str, *, foldable: bool) -> None:
        self.indicator('"', space=True)
        spaces = False
        for index, char in enumerate(value):
            if char == " ":
                if foldable and not spaces and self.column > _WIDTH and 0 < index < len(value) - 1:
                    self.start_line()
                    if value[index + 1] == " ":
                        self.put("\\")
                else:
                    self.put(char)
                spaces = True
                continue
            spaces = False
            if _printable(char) and char not in _BREAKS and char not in '"\\':
                self.put(char)
            elif char in _SHORT:
                self.put("\\" + _SHORT[char])
            else:
                code = ord(char)
                self.put(f"\\x{code:02X}" if code <= 0xFF else
                         f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}")
        self.indicator('"', space=False)


def write(value: Value) -> str:
    """A known, unmarked value as a YAML document.

    Raises:
        FunctionError: The text is over the size budget.
    """
    writer = _Writer()
    writer.node(value)
    shown = "".join(writer.out)
    if not shown.endswith("\n"):
        shown += "\n"
    if sequence(value) is None and mapping(value) is None and not isinstance(value, str):
        shown += "...\n"
    return shown
