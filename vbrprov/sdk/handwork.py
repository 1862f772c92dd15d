"""Work that a step cannot do itself: it is written down, and somebody does and confirms it."""

from __future__ import annotations

import msgspec


class Handwork(msgspec.Struct, frozen=True):
    """What has to be done outside of vbrprov, or what vbrprov has done by a script of its own.

    A step that returns one from its ``run`` is not done: its object is recorded as awaiting until
    ``vbrprov confirm`` brings the result. None of the fields may hold a secret.

    Attributes:
        kind: ``powershell`` or ``manual``.
        text: The script, or the instruction for a person.
        hash: Names the exact text; empty while something in it is not known yet.
        file: The file that the text is (to be) written to; empty for none.
        note: A sentence about how it is carried out.
    """

    kind: str
    text: str
    hash: str = ""
    file: str = ""
    note: str = ""
