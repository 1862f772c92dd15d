"""The lines of a journal: framing, checking, and telling a cut-off write from damage.

One record per line::

    hash prev seq batch length payload

``hash`` is the start of the SHA-256 of the rest of the line; ``prev`` the hash of the line before,
so that no record can be lost, doubled or moved unseen; ``seq`` counts all records a stack ever had.
``batch`` is the first ``seq`` that was not yet on disk when this line was written: every record
below it was. That is what tells a write that a crash cut off (nobody was told it happened; the rest
is dropped) from damage to a record that somebody relies on (a hard stop).

After the last line there may be zero bytes: reserved space that was never written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

_HASH = 16
_PREFIX = 69
_SECTOR = 512
_FRAME = b"%b %012x %012x %08x %b"
_HEAD_PATTERN = re.compile(rb"[0-9a-f]{16} [0-9a-f]{16} [0-9a-f]{12} [0-9a-f]{12} [0-9a-f]{8} ")

START_HASH = "0" * _HASH


class Position(NamedTuple):
    """A place in the stack's whole history of records: the last one, and its hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


ORIGIN = Position(0, START_HASH)


class DamagedLineError(Exception):
    """A line that somebody relies on is not as it was written."""

    def __init__(self, seq: int, offset: int, reason: str) -> None:
        self.seq = seq
        self.offset = offset
        super().__init__(f"record {seq} at byte {offset} {reason}")


def frame(seq: int, batch: int, prev: bytes, payload: bytes) -> tuple[bytes, bytes]:
    """One line, and its hash."""
    rest = _FRAME % (prev, seq, batch, len(payload), payload)
    digest = sha256(rest).hexdigest()[:_HASH].encode()
    return b"%b %b\n" % (digest, rest), digest


def journal_context(seq: int, prev: bytes) -> bytes:
    """What binds an encrypted payload to its line."""
    return b"%d %b" % (seq, prev)


@dataclass(slots=True)
class Scan:
    """The good lines of a file.

    ``hashes[i]`` and ``payloads[i]`` belong to record ``first + i``; the first is the header.
    ``length`` is where the next line belongs, ``lost`` how many bytes of a cut-off write follow.
    """

    first: int = 0
    hashes: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    length: int = 0
    lost: int = 0
    ends_with_newline: bool = True


def scan(data: bytes, *, salvage: bool = False) -> Scan:
    """Check every line of *data*.

    Args:
        data: A journal's bytes.
        salvage: End at the first damaged line, as at a cut-off end, instead of raising.

    Raises:
        DamagedLineError: A line other than a cut-off end is damaged.
    """
    text = data.rstrip(b"\0")
    end = len(text)
    lines = text.split(b"\n")
    unfinished = lines.pop()
    if unfinished:
        lines.append(unfinished)
    result = Scan(ends_with_newline=not unfinished)
    hashes, payloads = result.hashes, result.payloads
    position, seq, prev = 0, 0, START_HASH.encode()
    for line in lines:
        digest = sha256(line[17:]).hexdigest()[:_HASH].encode()
        if not hashes and len(line) >= _PREFIX and line[:_HASH] == digest:
            result.first = seq = int(line[34:46], 16)
        if not line.startswith(b"%b %b %012x " % (digest, prev, seq)):
            if not salvage:
                if line[:_HASH] == digest and len(line) >= _PREFIX:
                    raise DamagedLineError(seq, position, "does not follow the one before it")
                _judge(text, position, end, seq, is_header=not hashes)
            result.lost = end - position
            result.ends_with_newline = True
            break
        hashes.append(digest)
        payloads.append(line[_PREFIX:])
        prev = digest
        seq += 1
        position += len(line) + 1
    result.length = min(position, end)
    return result


def _judge(data: bytes, position: int, end: int, seq: int, *, is_header: bool) -> None:
    """Raise unless the bad line at *position* can only be a write that a crash cut off."""
    if is_header:
        raise DamagedLineError(0, position, "(the header) is not as it was written")
    newline = data.find(b"\n", position, end)
    at = newline + 1
    while 0 < at < end:
        following = data.find(b"\n", at, end)
        stop = following if following >= 0 else end
        batch = _batch_of_good_line(data[at:stop])
        if batch is not None and batch > seq:
            raise DamagedLineError(seq, position, "is not as it was written, and more follow it")
        at = stop + 1
    if _has_unwritten_sector(data, position, end):
        return
    if newline >= 0:
        raise DamagedLineError(seq, position, "is whole but not as it was written")
    line = data[position:end]
    if len(line) >= _PREFIX:
        expected = _PREFIX + int(line[60:68], 16) if _HEAD_PATTERN.match(line) else 0
        if len(line) >= expected:
            raise DamagedLineError(seq, position, "is whole but not as it was written")


def _batch_of_good_line(line: bytes) -> int | None:
    if len(line) < _PREFIX or sha256(line[17:]).hexdigest()[:16].encode() != line[:16]:
        return None
    return int(line[47:59], 16)


def _has_unwritten_sector(data: bytes, position: int, end: int) -> bool:
    """Whether a whole disk sector in the stretch reads as zero: it never reached the disk."""
    empty = bytes(_SECTOR)
    start = -(-position // _SECTOR) * _SECTOR
    return any(data[at : at + _SECTOR] == empty for at in range(start, end - _SECTOR + 1, _SECTOR))
