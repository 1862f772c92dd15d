"""What the terminal can do."""

from __future__ import annotations

import os
from typing import IO

DEFAULT_WIDTH = 80


def is_terminal(stream: IO[str]) -> bool:
    """Whether *stream* is a terminal; a closed stream is none."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def terminal_width(stream: IO[str]) -> int:
    """Columns of the terminal behind *stream*; ``COLUMNS`` wins, 80 where there is no terminal."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return DEFAULT_WIDTH
    return columns if columns > 0 else DEFAULT_WIDTH
