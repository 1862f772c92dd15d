"""Standard output and error, which may end before the run does.

A reader goes away (``| head``), a terminal is closed, a disk is full: what is printed is not worth
what is being done, so a run goes on without the stream.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Importing it would take longer than all that `vbrprov version` does.
    from typing import TextIO

#: Of streams of this process; they are its own in the same way.
_failures: list[OSError] = []


def tell(stream: TextIO, text: str) -> None:
    """Write *text* at once; once that fails, this and all that follows on *stream* is dropped."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _failures.append(error)
        with suppress(OSError):
            # Also for what the stream still holds, and for what libraries write there.
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, stream.fileno())
            os.close(sink)
            stream.flush()


def finish(status: int) -> int:
    """Flush standard output; the exit status, which tells of output that did not get out.

    A reader that went away wanted no more, and is no failure.
    """
    tell(sys.stdout, "")
    failure = next((e for e in _failures if e.errno != errno.EPIPE), None)
    if failure is None:
        return status
    tell(sys.stderr, f"Error: Output cannot be written\n\nThe rest of it is missing: "
         f"{failure.strerror}. What the command did is done all the same.\n")
    return status or 1
