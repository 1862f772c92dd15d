"""Grapheme clusters: what a reader takes for one character.

The rules are those of https://www.unicode.org/reports/tr29/ for extended grapheme clusters, as of
Unicode 15.0 (without the later rule for Indic conjuncts). The properties come from the general
category plus the exceptions below.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache

# Break classes.
_OTHER, _CR, _LF, _CONTROL, _EXTEND, _ZWJ, _PREPEND, _SPACING = range(8)
_REGIONAL, _PICTOGRAPH, _L, _V, _T, _LV, _LVT = range(8, 15)


def _ranges(spec: str) -> tuple[list[int], list[int]]:
    starts, ends = [], []
    for part in spec.split():
        first, _, last = part.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends


_PICTOGRAPHS = _ranges(
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa "
    "24c2 25aa-25ab 25b6 25c0 25fb-25fe 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 "
    "2716 271d 2721 2728 2733-2734 2744 2747 274c 274e 2753-2755 2757 2763-2767 2795-2797 27a1 "
    "27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f000-1f0ff "
    "1f10d-1f10f 1f12f 1f16c-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f1ad-1f1e5 1f201-1f20f 1f21a "
    "1f22f 1f232-1f23a 1f23c-1f23f 1f249-1f3fa 1f400-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f "
    "1f7d5-1f7ff 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff 1f90c-1f93a "
    "1f93c-1f945 1f947-1faff 1fc00-1fffd"
)
_EXTENDING = _ranges(
    "9be 9d7 b3e b57 bbe bd7 cc2 cd5-cd6 d3e d57 dcf ddf 1b35 200c 302e-302f ff9e-ff9f 1133e 11357 "
    "114b0 114bd 115af 11930 1d165 1d16e-1d172 1f3fb-1f3ff e0020-e007f"
)
_PREPENDED = _ranges(
    "600-605 6dd 70f 890-891 8e2 d4e 110bd 110cd 111c2-111c3 1193f 11941 11a3a 11a84-11a89 11d46 "
    "11f02"
)
#: Spacing combining characters that break all the same.
_NOT_SPACING = _ranges(
    "102b-102c 1038 1062-1064 1067-106d 1083 1087-108c 108f 109a-109c 1a61 1a63-1a64 aa7b aa7d "
    "11720-11721"
)
_IGNORABLE = _ranges("2065 fff0-fff8 e0000 e0002-e001f e0080-e00ff e01f0-e0fff")


def _within(code: int, ranges: tuple[list[int], list[int]]) -> bool:
    index = bisect_right(ranges[0], code) - 1
    return index >= 0 and code <= ranges[1][index]


def _hangul(code: int) -> int:
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return _L
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return _V
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return _T
    if 0xAC00 <= code <= 0xD7A3:
        return _LVT if (code - 0xAC00) % 28 else _LV
    return _OTHER


@lru_cache(maxsize=4096)
def _class(char: str) -> int:
    code = ord(char)
    if code < 0x300:
        if char == "\r":
            return _CR
        if char == "\n":
            return _LF
        if code < 0x20 or 0x7F <= code < 0xA0 or code == 0xAD:
            return _CONTROL
        return _PICTOGRAPH if code in (0xA9, 0xAE) else _OTHER
    if code == 0x200D:
        return _ZWJ
    if 0x1F1E6 <= code <= 0x1F1FF:
        return _REGIONAL
    if _within(code, _PREPENDED):
        return _PREPEND
    if _within(code, _EXTENDING):
        return _EXTEND
    category = unicodedata.category(char)
    if category in ("Mn", "Me"):
        return _EXTEND
    if category == "Mc":
        return _OTHER if _within(code, _NOT_SPACING) else _SPACING
    if code in (0xE33, 0xEB3):
        return _SPACING
    if category in ("Zl", "Zp", "Cc", "Cf", "Cs") or _within(code, _IGNORABLE):
        return _CONTROL
    return _PICTOGRAPH if _within(code, _PICTOGRAPHS) else _hangul(code)


def _joins(before: int, after: int) -> bool:
    """Whether there is no break between two classes, looking at nothing else."""
    if before == _CR:
        return after == _LF
    if before in (_LF, _CONTROL) or after in (_CR, _LF, _CONTROL):
        return False
    if after in (_EXTEND, _ZWJ, _SPACING) or before == _PREPEND:
        return True
    if before == _L:
        return after in (_L, _V, _LV, _LVT)
    if before in (_LV, _V):
        return after in (_V, _T)
    return before in (_LVT, _T) and after == _T


def graphemes(value: str) -> list[str]:
    """The grapheme clusters of *value*, in order."""
    if value.isascii() and "\r" not in value:
        return list(value)
    out: list[str] = []
    start = 0
    before = -1
    flags = 0  # regional indicators in a row
    emoji = False  # a pictograph and what extends it, so far
    for index, char in enumerate(value):
        after = _class(char)
        if index and not (
                _joins(before, after)
                or (after == _PICTOGRAPH and before == _ZWJ and emoji)
                or (after == _REGIONAL and before == _REGIONAL and flags % 2)):
            out.append(value[start:index])
            start = index
        flags = flags + 1 if after == _REGIONAL else 0
        emoji = after == _PICTOGRAPH or (emoji and after in (_EXTEND, _ZWJ))
        before = after
    if value:
        out.append(value[start:])
    return out


def count(value: str) -> int:
    """How many grapheme clusters *value* has."""
    if value.isascii() and "\r" not in value:
        return len(value)
    return len(graphemes(value))
