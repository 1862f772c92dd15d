"""An encrypted state: nothing readable on disk, and each way to be wrong has its own error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from vbrprov.builtin.key_providers.passphrase import Passphrase, PassphraseModel
from vbrprov.platform_ import dirs
from vbrprov.sdk.keys import Key, KeyContext, KeyProvider
from vbrprov.sdk.model import Model
from vbrprov.secrets import fingerprint
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.codec import ConfiguredKey, StateCodec
from vbrprov.state.errors import StateError
from vbrprov.state.framing import START_HASH, frame, scan
from vbrprov.state.load import load_state, read_files
from vbrprov.state.model import Instance, Intent, Output, StateData
from vbrprov.state.paths import StatePaths

Content = Callable[[StateData], tuple[object, ...]]
MakeIntent = Callable[..., Intent]

SECRET = "hunter2-hunter2-hunter2"
NAME = "a-name-that-is-private-too"


class Fixed(KeyProvider[Any]):
    """Gives a key that a test chooses, without the time that scrypt takes."""

    type_name = "fixed"
    model = Model

    def new_key(self, config: Any, context: KeyContext) -> Key:
        return Key(config, {"length": len(config)})

    def key_again(self, config: Any, meta: Any, context: KeyContext) -> bytes:
        return config  # type: ignore[no-any-return]


def key(name: str = "main", material: bytes = b"1" * 32) -> ConfiguredKey:
    return ConfiguredKey(f"key_provider.fixed.{name}", Fixed(), material, KeyContext())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder: what this machine has seen is noted there."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert str(dirs.user_state_dir()).startswith(str(tmp_path))
    return tmp_path / "home"


class Place:
    """A folder with a state that can be opened with any keys."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "stack"
        self.folder.mkdir()
        self.path = self.folder / "s"
        self.journal = self.folder / "s.journal"
        self.spills = root / "spills"
        self.learned: list[str] = []
        self.reports: list[str] = []

    def backend(self, *keys: ConfiguredKey | None) -> LocalBackend:
        codec = StateCodec(keys or (key(),), self.learned.append)
        return LocalBackend(self.path, spill_directories=[self.spills], codec=codec,
                            report=self.reports.append)

    def error(self, *keys: ConfiguredKey | None) -> str:
        data, found = self.backend(*keys).read()
        assert data.is_empty
        [diagnostic] = found
        return f"{diagnostic.summary}: {diagnostic.detail} {diagnostic.hint}"

    def all_bytes(self) -> bytes:
        return b"".join(p.read_bytes() for p in sorted(self.folder.parent.rglob("*"))
                        if p.is_file())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def secret_instance(name: str = NAME, secret: str = SECRET) -> Instance:
    raw = msgspec.json.encode({"name": name, "input": {"a": {"$sensitive": secret}}})
    return Instance(f"vbrprov_data.{name}", "builtin", msgspec.Raw(raw))


def output() -> Output:
    return Output(msgspec.Raw(msgspec.json.encode({"$sensitive": SECRET})),
                  msgspec.Raw(b'"string"'), sensitive=True)


def fill(backend: LocalBackend, count: int = 3) -> None:
    with backend.session("apply") as session:
        for number in range(count):
            session.put(secret_instance(f"{NAME}-{number}"))
        session.set_outputs({"o": output()})


def interrupted(place: Place, make_intent: MakeIntent, tmp_path: Path,
                *keys: ConfiguredKey | None) -> None:
    """Leave the files of a run that was cut off."""
    aside = tmp_path / "aside"
    with place.backend(*keys).session("apply") as session:
        session.intent(make_intent("op1", f"{NAME}-open"))
        session.put(secret_instance(f"{NAME}-late"))
        shutil.copytree(place.folder, aside)
    shutil.rmtree(place.folder)
    shutil.move(aside, place.folder)
    # The session came to its end after all; this machine must not know of that.
    seen = dirs.user_state_dir()
    assert seen is not None
    shutil.rmtree(seen / "seen")


def test_nothing_can_be_read_without_the_key(
    place: Place, make_intent: MakeIntent, tmp_path: Path, content_of: Content,
) -> None:
    fill(place.backend())
    interrupted(place, make_intent, tmp_path)
    everything = place.all_bytes()
    for private in (SECRET, NAME, "vbrprov_data", "op1"):
        assert private.encode() not in everything
    data, found = place.backend().read()
    assert not found
    assert len(data.instances) == 4
    assert set(data.intents) == {"op1"}
    assert SECRET in place.learned
    with place.backend().session("apply") as session:
        session.outcome("op1", "not_done")
    again, _ = place.backend().read()
    assert again.intents == {}
    assert again.instances == data.instances


def test_a_passphrase_opens_it_in_another_run(place: Place) -> None:
    def own(passphrase: str) -> ConfiguredKey:
        return ConfiguredKey("key_provider.passphrase.main", Passphrase(), PassphraseModel(
            passphrase=passphrase, cost=14), KeyContext())

    fill(place.backend(own("correct horse battery")))
    assert len(place.backend(own("correct horse battery")).read()[0].instances) == 3
    assert place.error(own("another horse battery")).startswith("Wrong key: ")


def test_rotation(place: Place, make_intent: MakeIntent, tmp_path: Path) -> None:
    old, new = key("old", b"o" * 32), key("new", b"n" * 32)
    fill(place.backend(old))
    interrupted(place, make_intent, tmp_path, old)
    assert "Wrong key: " in place.error(new)
    # The new key writes on in a journal that the old one began.
    with place.backend(new, old).session("apply") as session:
        session.put(secret_instance("one-more"))
        session.flush()
        data, found = place.backend(new, old).read()
        assert not found
        assert len(data.instances) == 5
    assert len(place.backend(new).read()[0].instances) == 5
    assert "Wrong key: " in place.error(old)


def test_a_session_without_changes_takes_the_new_key(place: Place) -> None:
    old, new = key("old", b"o" * 32), key("new", b"n" * 32)
    fill(place.backend(old))
    with place.backend(new, old).session("apply"):
        pass
    assert len(place.backend(new).read()[0].instances) == 3
    serial = place.backend(new).read()[0].serial
    with place.backend(new).session("apply"):
        pass
    assert place.backend(new).read()[0].serial == serial


def test_from_plain_to_encrypted_and_back_only_when_said(place: Place) -> None:
    plain = None
    with place.backend(plain).session("apply") as session:
        session.put(Instance("vbrprov_data.x", "builtin", msgspec.Raw(
            msgspec.json.encode({"input": {"$spent": fingerprint(SECRET)}}))))
    assert place.error().startswith("Data not encrypted: ")
    assert "fallback" in place.error()
    with place.backend(key(), plain).session("apply") as session:
        session.put(secret_instance())
    assert len(place.backend().read()[0].instances) == 2
    assert place.error(plain).startswith("Data encrypted: ")
    # Back: what was kept of secrets becomes fingerprints again.
    with place.backend(plain, key()).session("apply"):
        pass
    data, _ = place.backend(plain).read()
    assert SECRET.encode() not in place.path.read_bytes()
    assert b"$spent" in bytes(data.instances["vbrprov_data." + NAME, ""].attributes)
    assert place.error().startswith("Data not encrypted: ")


@pytest.mark.parametrize("target", ["s", "s.journal"])
def test_no_changed_byte_goes_unseen(
    place: Place, make_intent: MakeIntent, tmp_path: Path, target: str, content_of: Content,
) -> None:
    fill(place.backend(), 1)
    interrupted(place, make_intent, tmp_path)
    data, found = place.backend().read()
    assert not found
    want = content_of(data)
    path = place.folder / target
    raw = path.read_bytes().rstrip(b"\0")
    paths, codec = StatePaths(place.path), StateCodec((key(),))
    for at in range(0, len(raw), 3):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        try:
            loaded = load_state(paths, read_files(paths), [], codec)
        except StateError:
            continue
        assert loaded.diagnostics or content_of(loaded.data) == want, at


def forge(raw: bytes, old: bytes, new: bytes) -> bytes:
    """A changed document whose checksum is right."""
    content = raw[len(b'{"sha256":"') + 66 :].replace(old, new, 1)
    return b'{"sha256":"' + sha256(content).hexdigest().encode() + b'",' + content


def test_a_forged_document_is_told_from_a_damaged_one(place: Place) -> None:
    fill(place.backend())
    raw = place.path.read_bytes()
    place.path.write_bytes(raw.replace(b'"serial":1', b'"serial":2'))
    assert place.error().startswith("Encrypted data damaged: ")
    assert "checksum does not match" in place.error()
    place.path.write_bytes(forge(raw, b'"serial":1', b'"serial":2'))
    assert "changed on purpose" in place.error()
    place.path.write_bytes(raw[: len(raw) // 2])
    assert "cut off or changed" in place.error()
    place.path.write_bytes(b"")
    assert "is empty" in place.error()


def test_a_plan_or_another_stacks_state_is_no_state(place: Place) -> None:
    fill(place.backend())
    place.path.write_bytes(StateCodec((key(),)).seal("plan", b"{}"))
    assert place.error().startswith("Encrypted data of something else: ")


def test_records_cannot_be_moved_or_slipped_in(
    place: Place, make_intent: MakeIntent, tmp_path: Path,
) -> None:
    fill(place.backend())
    interrupted(place, make_intent, tmp_path)
    lines = scan(place.journal.read_bytes())

    def rebuilt(payloads: list[bytes]) -> bytes:
        out, prev = [], START_HASH.encode()
        for number, payload in enumerate(payloads):
            line, prev = frame(lines.first + number, lines.first + number, prev, payload)
            out.append(line)
        return b"".join(out)

    assert rebuilt(lines.payloads[:3])
    swapped = [*lines.payloads[:2], *reversed(lines.payloads[2:])]
    place.journal.write_bytes(rebuilt(swapped))
    assert place.error().startswith("Encrypted data damaged: ")
    slipped = [*lines.payloads[:3], b'{"type":"remove","address":"x","deposed":""}']
    place.journal.write_bytes(rebuilt(slipped))
    assert place.error().split(":")[0] in ("Data not encrypted", "Encrypted data damaged")
    without_key = [lines.payloads[0], *lines.payloads[2:]]
    place.journal.write_bytes(rebuilt(without_key))
    assert "without a note on their key" in place.error()


def test_an_older_state_put_in_place_is_refused(place: Place, tmp_path: Path, home: Path) -> None:
    fill(place.backend())
    older = tmp_path / "older"
    shutil.copytree(place.folder, older)
    fill(place.backend(), 5)
    shutil.rmtree(place.folder)
    shutil.copytree(older, place.folder)
    assert place.error().startswith("Older state put in place: ")
    # After a restore from a backup it can be taken on.
    backend = place.backend()
    backend.repair(backend.repairs()[0])
    data, found = place.backend().read()
    assert not found
    assert len(data.instances) == 3
    assert data.serial > 2


def test_a_machine_without_a_home_has_nothing_to_compare(
    place: Place, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOME")
    fill(place.backend())
    assert len(place.backend().read()[0].instances) == 3


def test_a_short_key_is_refused_before_anything_is_written(place: Place) -> None:
    with pytest.raises(StateError, match="16 bytes"):
        fill(place.backend(key("main", b"x" * 16)))
    assert [p.name for p in place.folder.iterdir()] == ["s.lock"]


def test_an_unknown_key_is_named(place: Place) -> None:
    fill(place.backend())
    other = ConfiguredKey("key_provider.passphrase.p", Passphrase(), PassphraseModel(
        passphrase="correct horse battery", cost=14), KeyContext())
    assert place.error(other).startswith("Unknown key: ")
    assert "key_provider.fixed.main" in place.error(other)


def test_spilled_results_are_encrypted(place: Place, make_intent: MakeIntent) -> None:
    fill(place.backend())
    with place.backend().session("apply") as session:
        session.intent(make_intent("op1", NAME))
        journal: Any = session._storage._open
        # The disk is full from here on.
        import os

        read_only = os.open(place.journal, os.O_RDONLY)
        os.dup2(read_only, journal._fd)
        session.outcome("op1", "ok", put=[secret_instance("spilled")])
        assert list(place.spills.iterdir())
        assert SECRET.encode() not in place.all_bytes()
        shutil.copytree(place.folder.parent, place.folder.parent.with_name("copy"))
    assert "vbrprov_data.spilled" in {a for a, _ in place.backend().read()[0].instances}


def test_repair_of_an_encrypted_state(place: Place) -> None:
    fill(place.backend())
    fill(place.backend(), 4)
    place.path.write_bytes(b"")
    backend = place.backend()
    assert backend.repairs()
    backend.repair(backend.repairs()[0])
    assert SECRET.encode() not in place.all_bytes()
    assert place.backend().read()[0].instances
    from vbrprov.state.codec import SealedStateError

    with pytest.raises(SealedStateError, match="another key"):
        place.backend(key("main", b"2" * 32)).repairs()
