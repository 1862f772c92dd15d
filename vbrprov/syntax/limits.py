"""Limits on what one file may contain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Deepest nesting whatever the settings say: the parser recurses, and so do the readers of a tree.
MAX_NESTING: Final = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file, each with a diagnostic of its own. All are ours, none is HCL's.

    ``file_bytes`` is the size of the encoded file. ``nesting`` counts brackets, blocks, template
    sequences, conditionals and signs around one another, and is never more than ``MAX_NESTING``.
    ``operators`` is the number of binary operators in one expression without brackets: such a chain
    is a tree as deep as it is long on its left side. ``errors`` is the number of errors after which
    the rest of a file is not reported.
    """

    file_bytes: int = 1_000_000
    nesting: int = MAX_NESTING
    number_digits: int = 4_300
    operators: int = 10_000
    errors: int = 100


DEFAULT_LIMITS: Final = Limits()
