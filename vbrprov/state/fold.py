"""Apply journal records to a state in memory.

Folding a stretch of records a second time, in the same order and with nothing between, changes
nothing: each record says how a thing is now, never by how much it changed. Recovery relies on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.state.model import StateData
from vbrprov.state.records import (
    ChecksRecord,
    IntentRecord,
    OutcomeRecord,
    OutputsRecord,
    PutRecord,
    Record,
    RemoveRecord,
)


def fold(data: StateData, records: Iterable[Record]) -> None:
    """Bring *data* up to date with *records*, in order."""
    for record in records:
        apply_record(data, record)


def apply_record(data: StateData, record: Record) -> None:
    """Bring *data* up to date with one record."""
    if isinstance(record, OutcomeRecord):
        for address, deposed in record.remove:
            data.instances.pop((address, deposed), None)
        for instance in record.put:
            data.instances[(instance.address, instance.deposed)] = instance
        if record.result != "unknown":
            data.intents.pop(record.op, None)
    elif isinstance(record, IntentRecord):
        data.intents[record.intent.op] = record.intent
    elif isinstance(record, PutRecord):
        instance = record.instance
        data.instances[(instance.address, instance.deposed)] = instance
    elif isinstance(record, RemoveRecord):
        data.instances.pop((record.address, record.deposed), None)
    elif isinstance(record, OutputsRecord):
        data.outputs = record.outputs
    elif isinstance(record, ChecksRecord):
        data.checks = record.checks
