"""What a journal holds: one tagged record per change."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from vbrprov.state.model import CheckResult, Instance, Intent, Output

Result = Literal["ok", "failed", "unknown", "not_done"]


class JournalHeader(msgspec.Struct, tag="journal", forbid_unknown_fields=True, gc=False):
    """First record of a journal: whose it is, and after which position its records follow."""

    version: int
    lineage: str
    seq: int
    hash: str


class SpillHeader(msgspec.Struct, tag="spill", forbid_unknown_fields=True, gc=False):
    """First record of a spill file: which session's journal failed, and where."""

    version: int
    lineage: str
    session: str
    id: str
    seq: int
    hash: str


class BeginRecord(msgspec.Struct, tag="begin", forbid_unknown_fields=True, gc=False):
    """A session starts to write. ``time`` is UTC, ISO 8601."""

    session: str
    operation: str
    who: str
    host: str
    pid: int
    time: str


class IntentRecord(msgspec.Struct, tag="intent", forbid_unknown_fields=True, gc=False):
    """A call is about to leave."""

    intent: Intent


class OutcomeRecord(
    msgspec.Struct, tag="outcome", forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """A call ended. ``remove`` happens before ``put``; ``unknown`` leaves the intent open."""

    op: str
    result: Result
    put: list[Instance] = []
    remove: list[tuple[str, str]] = []
    detail: str = ""


class PutRecord(msgspec.Struct, tag="put", forbid_unknown_fields=True, gc=False):
    """An instance is now like this."""

    instance: Instance


class RemoveRecord(msgspec.Struct, tag="remove", forbid_unknown_fields=True, gc=False):
    """An instance is no longer recorded."""

    address: str
    deposed: str


class OutputsRecord(msgspec.Struct, tag="outputs", forbid_unknown_fields=True, gc=False):
    """All outputs, in place of the former ones."""

    outputs: dict[str, Output]


class ChecksRecord(msgspec.Struct, tag="checks", forbid_unknown_fields=True, gc=False):
    """All check results, in place of the former ones."""

    checks: list[CheckResult]


class AbsorbedRecord(msgspec.Struct, tag="absorbed", forbid_unknown_fields=True, gc=False):
    """The records before this one came from the spill file with this id."""

    spill: str


class KeyRecord(msgspec.Struct, tag="key", forbid_unknown_fields=True, gc=False):
    """The payloads after this one are encrypted; how to get at the key, in plain."""

    note: dict[str, Any]


Record = (
    BeginRecord
    | IntentRecord
    | OutcomeRecord
    | PutRecord
    | RemoveRecord
    | OutputsRecord
    | ChecksRecord
    | AbsorbedRecord
    | KeyRecord
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Record)
_journal_header = msgspec.json.Decoder(JournalHeader)
_spill_header = msgspec.json.Decoder(SpillHeader)


def encode_record(record: Record | JournalHeader | SpillHeader) -> bytes:
    """The JSON of a record, on one line."""
    return _encoder.encode(record)


def decode_record(payload: bytes) -> Record:
    """The record that *payload* holds.

    Raises:
        msgspec.MsgspecError: It is none that this version knows.
    """
    record: Record = _decoder.decode(payload)
    return record


def decode_journal_header(payload: bytes) -> JournalHeader:
    """The journal header that *payload* holds; raises as :func:`decode_record`."""
    return _journal_header.decode(payload)


def decode_spill_header(payload: bytes) -> SpillHeader:
    """The spill header that *payload* holds; raises as :func:`decode_record`."""
    return _spill_header.decode(payload)
