"""Which backend holds the state of a folder, as recorded when it was last used.

Without that, another bucket in the settings would read as a new stack, and everything would be
built a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from vbrprov.diag import Diagnostics
from vbrprov.platform_.files import atomic_write
from vbrprov.state.paths import DEFAULT_NAME, StatePaths
from vbrprov.workflow.packages.installed import data_dir
from vbrprov.workflow.request import Request
from vbrprov.workflow.stores import backend_type

#: Label and arguments of a backend.
Settings = tuple[str, Mapping[str, str]]

LOCAL: Settings = ("local", {})


class Record(msgspec.Struct):
    """The content of the file. Secrets are left out."""

    kind: str
    settings: dict[str, str]


def read_record(request: Request) -> Settings | None:
    """The backend as recorded; ``None`` when none is, or it cannot be read."""
    try:
        record = msgspec.json.decode(_file(request).read_bytes(), type=Record)
    except (OSError, msgspec.MsgspecError):
        return None
    return record.kind, record.settings


def write_record(request: Request, settings: Settings) -> None:
    """Record a backend; a folder that cannot be written goes without."""
    told = _told(settings)
    if told == read_record(request):
        return
    raw = msgspec.json.encode(Record(told[0], dict(told[1])))
    path = _file(request)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, raw + b"\n", temp=path.with_name(f"{path.name}.tmp"))


def recorded(request: Request) -> Settings | None:
    """The backend that holds a state so far: the recorded one, else a local file if it exists."""
    found = read_record(request)
    if found is None:
        paths = StatePaths(Path(request.directory) / DEFAULT_NAME)
        if any(path.exists() for path in (paths.snapshot, paths.journal, paths.marker)):
            found = LOCAL
    return found


def is_same(one: Settings, other: Settings) -> bool:
    """Whether two settings name the same place, but for secrets and how locks behave."""
    return _told(one) == _told(other)


def check_recorded(request: Request, settings: Settings | None, diags: Diagnostics) -> None:
    """Refuse a backend other than the one that holds the state."""
    found = recorded(request)
    if found is None or is_same(found, settings or LOCAL):
        return
    diags.error(
        "Backend changed", f"The state of this folder was kept {_words(found)} so far, and the "
        f"settings now say {_words(settings or LOCAL)}. With another state everything would be "
        "built a second time.",
        hint="To move the state there, run:\n\n    vbrprov init -migrate-state\n\nTo use what is "
        "there already, run:\n\n    vbrprov init -reconfigure")


def _words(settings: Settings) -> str:
    kind, given = settings
    told = ", ".join(f"{name} = {value}" for name, value in sorted(given.items()))
    return f'in the backend "{kind}"' + (f" ({told})" if told else "")


def with_secrets(settings: Settings, other: Settings) -> Settings:
    """Recorded settings with the secrets of others, where both are of one kind."""
    kind, given = settings
    names = _secrets(kind) if kind == other[0] else set()
    return kind, {**given, **{name: text for name, text in other[1].items() if name in names}}


def _told(settings: Settings) -> Settings:
    """Settings as they are recorded and compared: without secrets, and passwords in URLs."""
    kind, given = settings
    secrets = _secrets(kind)
    kept = {}
    for name, value in sorted(given.items()):
        if name == "lock_lease" or (kind, name, value) == ("local", "path", DEFAULT_NAME):
            continue
        if "://" in value:
            parts = urlsplit(value)
            user, _, host = parts.netloc.rpartition("@")
            where = f"{user.partition(':')[0]}@{host}" if user else host
            query = "" if name in secrets else parts.query
            kept[name] = parts._replace(netloc=where, query=query, fragment="").geturl()
        elif name not in secrets:
            kept[name] = value
    return kind, kept


def _secrets(kind: str) -> set[str]:
    type_ = None if kind == "local" else backend_type(kind)
    return {s.name for s in type_.settings if s.secret} if type_ is not None else set()


def _file(request: Request) -> Path:
    return Path(data_dir(request)) / "backend.json"
