"""Values and their differences over several lines, as Terraform's plan lays them out.

A place is given as ``indent``, the column of the sign (``+``, ``-``, ``~`` or none) in front of the
value; its name, or the value itself, begins two columns further on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from vbrprov.diff.propose import unchanged
from vbrprov.functions._json import decode
from vbrprov.secrets import SecretBook
from vbrprov.values import ConversionError, ListV, MapV, SetV, Value, bare, is_null
from vbrprov.views.human.text import Style, safe
from vbrprov.views.human.values import HIDDEN, hidden, inline, key, quoted

COLOURS: Final = {
    "+": "green", "~": "yellow", "-": "red", "<=": "cyan", ".": "dim", "-/+": "red", "+/-": "red"}
#: Attributes by which people know an object: shown although they stay as they are.
ALWAYS_SHOWN: Final = ("id", "name", "tags")
#: Beyond this many comparisons two lists are shown as one removed and one added.
_MAX_COMPARISONS: Final = 40_000

_T = TypeVar("_T")


class Differences:
    """Renders values in one style. Secrets are compared by what the book knows of them."""

    def __init__(self, style: Style, book: SecretBook) -> None:
        self.style = style
        self.book = book

    def sign(self, mark: str) -> str:
        """A coloured sign; a blank for what stays as it is."""
        return self.style(mark, COLOURS[mark]) if mark.strip() else " "

    # --- one value -------------------------------------------------------------------------------

    def whole(self, value: Value, mark: str, indent: int) -> str:
        """A value that is wholly added (``+``), removed (``-``) or only shown (blank)."""
        if hidden(value):
            return HIDDEN
        inner = bare(value)
        pad, end = " " * (indent + 4), " " * (indent + 2)
        items = _items(inner)
        if items is not None:
            rows = "".join(f"{pad}{self.sign(mark)} {self.whole(v, mark, indent + 4)},\n"
                           for v in items)
            return f"[\n{rows}{end}]" if rows else "[]"
        pairs = _pairs(inner)
        if pairs is not None:
            name = _naming(inner)
            width = max((len(name(k)) for k in pairs), default=0)
            rows = "".join(f"{pad}{self.sign(mark)} {name(k).ljust(width)} = "
                           f"{self.whole(pairs[k], mark, indent + 4)}\n" for k in sorted(pairs))
            return f"{{\n{rows}{end}}}" if rows else "{}"
        if isinstance(inner, str):
            document = _document(inner)
            if document is not None:
                text = self.whole(document, mark, indent + 4)
                return f"jsonencode(\n{pad}  {text}\n{end})"
            if "\n" in inner:
                rows = "".join(f"{pad}  {safe(line)}\n" for line in _lines(inner))
                return f"<<-EOT\n{rows}{end}EOT"
        return inline(value)

    # --- two values ------------------------------------------------------------------------------

    def change(self, old: Value, new: Value, indent: int) -> str:
        """How *old* becomes *new*, which differs from it."""
        if hidden(old) or hidden(new):
            return HIDDEN
        before, after = bare(old), bare(new)
        olds, news = _pairs(before), _pairs(after)
        if olds is not None and news is not None:
            return self._object(olds, news, indent, _naming(after))
        left, right = _items(before), _items(after)
        if left is not None and right is not None:
            return self._list(left, right, indent,
                              ordered=not (isinstance(before, SetV) and isinstance(after, SetV)))
        if isinstance(before, str) and isinstance(after, str):
            return self._string(before, after, indent)
        return f"{self.whole(old, '-', indent)} -> {self.whole(new, '+', indent)}"

    def _object(self, old: Mapping[str, Value], new: Mapping[str, Value], indent: int,
                naming: Callable[[str], str]) -> str:
        pad = " " * (indent + 4)
        rows: list[str] = []
        same = 0
        width = max((len(naming(k)) for k in {*old, *new}), default=0)
        for name in sorted({*old, *new}):
            mark, text = self.entry(old.get(name), new.get(name), indent + 4)
            if mark == " " and name in ALWAYS_SHOWN:
                text = self.whole(new[name], " ", indent + 4)
            if not text:
                same += 1
            else:
                rows.append(f"{pad}{self.sign(mark)} {naming(name).ljust(width)} = {text}\n")
        if same:
            rows.append(f"{pad}  {self.left_out(same, 'attribute')}\n")
        return "{\n" + "".join(rows) + " " * (indent + 2) + "}"

    def entry(self, old: Value, new: Value, indent: int) -> tuple[str, str]:
        """Sign and text of one entry; ``None`` stands for an entry that is not there."""
        if old is None:
            return "+", self.whole(new, "+", indent)
        if new is None:
            return "-", self.whole(old, "-", indent)
        if (is_null(old) and is_null(new)) or unchanged(old, new, self.book):
            return " ", ""
        return "~", self.change(old, new, indent)

    def left_out(self, count: int, word: str) -> str:
        """A remark on what is not shown."""
        return self.style(f"# ({count} unchanged {word}{'s' * (count != 1)} hidden)", "dim")

    def _list(self, old: Sequence[Value], new: Sequence[Value], indent: int, *,
              ordered: bool) -> str:
        """Lists show the unchanged elements around a change; sets only count them."""
        pad = " " * (indent + 4)
        rows: list[str] = []
        kept: list[Value] = []
        following = False

        def tell(count: int) -> None:
            if count:
                rows.append(f"{pad}  {self.left_out(count, 'element')}\n")

        for mark, text, value in self._elements(old, new, indent + 4, ordered=ordered):
            if mark == " " and not following:
                kept.append(value)
                continue
            if ordered and kept:
                tell(len(kept) - 1)
                rows.append(f"{pad}  {self.whole(kept[-1], ' ', indent + 4)},\n")
                kept.clear()
            following = ordered and mark != " "
            rows.append(f"{pad}{self.sign(mark)} {text},\n")
        tell(len(kept))
        return "[\n" + "".join(rows) + " " * (indent + 2) + "]"

    def _elements(self, old: Sequence[Value], new: Sequence[Value], indent: int, *,
                  ordered: bool) -> Iterator[tuple[str, str, Value]]:
        """Sign, text and value of each element of either list, in order."""
        pairs: Iterable[tuple[int | None, int | None]]
        if ordered and len(old) == len(new) and not self._reordered(old, new):
            pairs = ((i, i) for i in range(len(new)))
        else:
            pairs = _aligned(old, new, lambda a, b: unchanged(a, b, self.book), _comparable)
        for i, j in pairs:
            if j is None:
                yield "-", self.whole(old[i or 0], "-", indent), None
            elif i is None:
                yield "+", self.whole(new[j], "+", indent), None
            elif unchanged(old[i], new[j], self.book):
                yield " ", self.whole(new[j], " ", indent), new[j]
            else:
                yield "~", self.change(old[i], new[j], indent), None

    def _reordered(self, old: Sequence[Value], new: Sequence[Value]) -> bool:
        """Whether every element of either list is in the other too."""
        def within(some: Sequence[Value], others: Sequence[Value]) -> bool:
            return all(any(unchanged(v, w, self.book) for w in others) for v in some)

        return len(old) * len(new) <= _MAX_COMPARISONS and within(old, new) and within(new, old)

    def _string(self, old: str, new: str, indent: int) -> str:
        pad, end = " " * (indent + 4), " " * (indent + 2)
        before, after = _document(old), _document(new)
        if before is not None and after is not None:
            if unchanged(before, after, self.book):
                return (f"jsonencode( # whitespace changes\n{pad}  "
                        f"{self.whole(after, ' ', indent + 4)}\n{end})")
            text = self.change(before, after, indent + 4)
            return f"jsonencode(\n{pad}{self.sign('~')} {text}\n{end})"
        if before is not None or after is not None or not ("\n" in old or "\n" in new):
            return f"{self.whole(old, '-', indent)} -> {self.whole(new, '+', indent)}"
        rows = []
        left, right = _lines(old), _lines(new)
        for i, j in _aligned(left, right, str.__eq__, lambda a, b: False):
            mark = "-" if j is None else "+" if i is None else " "
            line = right[j] if j is not None else left[i or 0]
            rows.append(f"{pad}{self.sign(mark)} {safe(line)}\n")
        return f"<<-EOT\n{''.join(rows)}{end}EOT"


def _items(value: Value) -> Sequence[Value] | None:
    if isinstance(value, tuple):
        return value
    return value.items if isinstance(value, (ListV, SetV)) else None


def _pairs(value: Value) -> Mapping[str, Value] | None:
    if isinstance(value, dict):
        return value
    return value.items if isinstance(value, MapV) else None


def _naming(value: Value) -> Callable[[str], str]:
    """How names are written: those in a map are data, so they have quotes."""
    return quoted if isinstance(value, MapV) else key


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _document(text: str) -> Value:
    """What *text* holds as a JSON object or array; ``None`` when it is anything else."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return decode(text)
    except (ConversionError, ValueError):
        return None


def _comparable(old: Value, new: Value) -> bool:
    """Whether two elements are better shown as one that changes than as removed and added."""
    before, after = bare(old), bare(new)
    if isinstance(before, str) and isinstance(after, str):
        return "\n" in before and "\n" in after
    return _pairs(before) is not None and _pairs(after) is not None


def _aligned(old: Sequence[_T], new: Sequence[_T], same: Callable[[_T, _T], bool],
             comparable: Callable[[_T, _T], bool]) -> Iterator[tuple[int | None, int | None]]:
    """The elements of two lists side by side: pairs of indices, ``None`` where there is no partner.

    Equal elements of a longest common subsequence are partners, and between these what is
    *comparable*.
    """
    kept = [*_common(old, new, same), (len(old), len(new))]
    i = j = 0
    for next_i, next_j in kept:
        while i < next_i:
            if j < next_j and comparable(old[i], new[j]):
                yield i, j
                j += 1
            else:
                yield i, None
            i += 1
        while j < next_j:
            yield None, j
            j += 1
        if next_i < len(old):
            yield i, j
            i, j = i + 1, j + 1


def _common(old: Sequence[_T], new: Sequence[_T],
            same: Callable[[_T, _T], bool]) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence."""
    first = 0
    while first < min(len(old), len(new)) and same(old[first], new[first]):
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and same(old[-1 - last], new[-1 - last]):
        last += 1
    head = [(n, n) for n in range(first)]
    tail = [(len(old) - n, len(new) - n) for n in range(last, 0, -1)]
    rows, columns = len(old) - first - last, len(new) - first - last
    if rows * columns > _MAX_COMPARISONS:
        return head + tail
    equal = [[same(old[first + i], new[first + j]) for j in range(columns)] for i in range(rows)]
    longest = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            longest[i][j] = (longest[i + 1][j + 1] + 1 if equal[i][j]
                             else max(longest[i + 1][j], longest[i][j + 1]))
    middle: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if equal[i][j]:
            middle.append((first + i, first + j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return head + middle + tail
