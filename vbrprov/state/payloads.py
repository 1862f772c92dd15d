"""The payloads of journal lines as records, opened where they are encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vbrprov.secrets.sealing import RecordCipher, SealError
from vbrprov.state.codec import SealedStateError, StateCodec, note_of
from vbrprov.state.framing import Scan, journal_context
from vbrprov.state.records import KeyRecord, Record, decode_record

_SEALED = b"~"
_KEY_START = b'{"type":"key",'


def journal_records(lines: Scan, start: int, lineage: str, codec: StateCodec,
                    where: str) -> Iterator[Record]:
    """The records of a journal from line *start* on; line 0 is the header.

    Raises:
        msgspec.MsgspecError: A record is none that this version knows.
        StateError: It is encrypted and cannot be opened, or should be encrypted and is not.
    """
    if not any(payload.startswith((_SEALED, _KEY_START)) for payload in lines.payloads):
        if len(lines.payloads) > max(start, 1):
            codec.require_plain(where)
        return map(decode_record, lines.payloads[max(start, 1):])
    return open_payloads(
        lines.payloads, start, lineage, codec, where,
        lambda at: journal_context(lines.first + at, lines.hashes[at - 1]))


def open_payloads(
    payloads: Sequence[bytes], start: int, lineage: str, codec: StateCodec, where: str,
    context: Callable[[int], bytes], kind: str = "journal",
) -> Iterator[Record]:
    """The records among *payloads* from *start* on; those before may hold the key.

    Args:
        payloads: Of all lines, the header's first.
        start: The first that is wanted.
        lineage: Of the stack.
        codec: Opens what is encrypted.
        where: The file, to begin a sentence with.
        context: What binds the payload of a line to its place.
        kind: What the records are part of.

    Raises:
        msgspec.MsgspecError: A record is none that this version knows.
        StateError: It is encrypted and cannot be opened, or should be encrypted and is not.
    """
    noted: KeyRecord | None = None
    cipher: RecordCipher | None = None
    for at in range(1, len(payloads)):
        payload = payloads[at]
        if payload.startswith(_KEY_START):
            found = decode_record(payload)
            assert isinstance(found, KeyRecord)
            noted, cipher = found, None
            if at >= start:
                yield found
        elif at < start:
            continue
        elif payload.startswith(_SEALED):
            if cipher is None:
                if noted is None:
                    raise SealedStateError(
                        "Encrypted data damaged", f"{where} holds encrypted records without a "
                        "note on their key.")
                cipher = codec.cipher_of(note_of(noted), lineage, where, kind)
            try:
                yield decode_record(cipher.open(payload, context(at)))
            except SealError as error:
                raise codec.damaged(f"Record {at} of {where}", error) from error
        else:
            codec.require_plain(where)
            yield decode_record(payload)
