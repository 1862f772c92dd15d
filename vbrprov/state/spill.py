"""The second place: results that the journal could not take, found by the next read.

A spill file has a journal's format. It lies outside the state's folder, under a name made from the
state's path, and is applied after the journal, once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from vbrprov.platform_.dirs import user_state_dir, user_temp_dir
from vbrprov.platform_.files import open_private, read_private, secure_dir, sync_file, write_all
from vbrprov.platform_.system import system
from vbrprov.secrets.sealing import RecordCipher
from vbrprov.state.codec import PLAIN, StateCodec, key_record
from vbrprov.state.errors import StateError
from vbrprov.state.framing import (
    START_HASH,
    DamagedLineError,
    Position,
    frame,
    journal_context,
    scan,
)
from vbrprov.state.payloads import open_payloads
from vbrprov.state.records import (
    Record,
    SpillHeader,
    decode_spill_header,
    encode_record,
)

SPILL_VERSION = 1
# The header and the note on the key.
_IN_PLAIN = 2


def spill_candidates(state_path: Path, directories: Sequence[Path] | None = None) -> list[Path]:
    """Where a spill file of this state may lie, best first.

    Args:
        state_path: The state file.
        directories: In place of the user's own folders.
    """
    return spill_files(os.fsencode(os.path.realpath(state_path)), directories)


def spill_files(state: bytes, directories: Sequence[Path] | None = None) -> list[Path]:
    """As :func:`spill_candidates`, for a state that *state* names."""
    if directories is None:
        home = user_state_dir()
        directories = [*([home / "spill"] if home is not None else []), user_temp_dir()]
    name = sha256(state).hexdigest()[:24]
    return [directory / f"{name}.spill" for directory in directories]


@dataclass(slots=True)
class Spill:
    """A spill file as found on disk. ``problem`` says why it cannot be used, if so."""

    path: Path
    header: SpillHeader | None
    records: list[Record]
    problem: str = ""


def read_spills(candidates: Iterable[Path], codec: StateCodec = PLAIN) -> list[Spill]:
    """Every spill file among *candidates*."""
    found = []
    for path in candidates:
        try:
            data = read_private(path, must_own=True)
        except NotADirectoryError:
            continue
        except OSError as error:
            # A folder of somebody else's cannot hold a file of ours.
            if isinstance(error, PermissionError) and not os.access(path.parent, os.X_OK):
                continue
            found.append(Spill(path, None, [], str(error)))
            continue
        if data:
            found.append(_decode(path, data, codec))
    return found


def _decode(path: Path, data: bytes, codec: StateCodec) -> Spill:
    try:
        lines = scan(data)
        header = decode_spill_header(lines.payloads[0])
        if header.version != SPILL_VERSION:
            return Spill(path, None, [], "a newer version wrote it")
        records = list(open_payloads(
            lines.payloads, 1, header.lineage, codec, str(path),
            lambda at: journal_context(at, header.id.encode()), "spill"))
    except StateError as error:
        return Spill(path, None, [], f"it cannot be opened: {error.detail}")
    except (DamagedLineError, msgspec.MsgspecError) as error:
        return Spill(path, None, [], f"it is damaged: {error}")
    return Spill(path, header, records)


def set_aside(path: Path) -> None:
    """Rename a spill file that cannot be used, so that people still find it and programs do not."""
    try:
        system.replace(path, path.with_name(f"{path.name}.unused"))
    except OSError:
        # It stays, and is reported again; a run that must spill then takes another folder.
        return


class SpillWriter:
    """The journal's fallback: a file in the first of several folders that takes it.

    Args:
        candidates: Where the file may lie, best first.
        lineage: Of the stack.
        session: Of the run whose journal fails.
        position: Asked once: the journal's last record that is on disk.
        report: Told, once, where the results go; and, where no folder takes them, each result.
        cipher: Encrypts the results; made for the kind "spill".
    """

    def __init__(
        self, candidates: Sequence[Path], lineage: str, session: str,
        position: Callable[[], Position], report: Callable[[str], None],
        cipher: RecordCipher | None = None,
    ) -> None:
        self.id = os.urandom(16).hex()
        self.path: Path | None = None
        self._candidates = candidates
        self._lineage = lineage
        self._session = session
        self._position = position
        self._report = report
        self._cipher = cipher
        self._fd = -1
        self._seq = 0
        self._prev = START_HASH.encode()

    def save(self, payloads: Sequence[bytes]) -> None:
        """Write *payloads* and return when they are on disk.

        Raises:
            OSError: No folder took them; they were reported as text instead.
        """
        error: OSError | None = None
        if self._fd >= 0:
            try:
                self._append(payloads)
            except OSError as failed:
                error = failed
            else:
                return
        else:
            for path in self._candidates:
                try:
                    self._open(path)
                    self._append(payloads)
                except OSError as failed:
                    error = failed
                    self._give_up()
                    continue
                self._report(f"The journal cannot be written; results are recorded in {path} "
                             f"and are found by the next run on this machine.")
                return
        self._report("The results of this run could be recorded nowhere. Keep these lines:")
        for at, payload in enumerate(payloads):
            self._report(self._sealed(at, payload).decode())
        raise error or OSError("there is no second place")

    def _open(self, path: Path) -> None:
        secure_dir(path.parent)
        position = self._position()
        header = SpillHeader(
            SPILL_VERSION, self._lineage, self._session, self.id, position.seq, position.hash
        )
        # Older files of that name were absorbed or set aside when the session began.
        self._fd = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        self.path = path
        self._seq, self._prev = 0, START_HASH.encode()
        self._append([encode_record(header)])
        if self._cipher is not None:
            self._append([encode_record(key_record(self._cipher))])
        system.sync_directory(path.parent)

    def _append(self, payloads: Sequence[bytes]) -> None:
        lines = []
        first = self._seq
        for payload in payloads:
            line, self._prev = frame(
                self._seq, first, self._prev, self._sealed(self._seq, payload))
            self._seq += 1
            lines.append(line)
        write_all(self._fd, b"".join(lines))
        sync_file(self._fd)

    def _sealed(self, seq: int, payload: bytes) -> bytes:
        """A payload as it is written; header and note on the key are not encrypted."""
        if self._cipher is None or (self._fd >= 0 and seq < _IN_PLAIN):
            return payload
        return self._cipher.seal(payload, journal_context(seq, self.id.encode()))

    def _give_up(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None

    def close(self, *, discard: bool) -> None:
        """Close the file; *discard* it when all it holds is safe elsewhere."""
        if discard:
            self._give_up()
        elif self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
