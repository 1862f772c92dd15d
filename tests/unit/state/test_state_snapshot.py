"""The state file: its format, its checks, and the generations before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from tally import Tally

from vbrprov.state.errors import StateDamagedError, StateVersionError
from vbrprov.state.model import CheckedObject, CheckResult, Instance, Intent, Output, StateData
from vbrprov.state.snapshot import (
    JournalPlace,
    decode_snapshot,
    encode_snapshot,
    generation_path,
    write_snapshot,
)

PLACE = JournalPlace(7, "0123456789abcdef", 7)
PATH = Path("x.vbrstate")


@pytest.fixture
def data(make_instance: Callable[..., Instance], make_intent: Callable[..., Intent]) -> StateData:
    state = StateData("the-lineage", 4)
    for instance in (make_instance("b"), make_instance("a"), make_instance("a", deposed="d1")):
        state.instances[instance.key] = instance
    state.outputs = {"o": Output(msgspec.Raw(b'"v"'), msgspec.Raw(b'"string"'), sensitive=True)}
    state.checks = [CheckResult(
        "check", "check.c", "fail", [CheckedObject("check.c", "fail", ["because"])])]
    state.intents = {"op": make_intent("op")}
    return state


def test_round_trip(
    data: StateData, content_of: Callable[[StateData], tuple[object, ...]]
) -> None:
    raw = encode_snapshot(data, PLACE, ["spill-id"])
    document = decode_snapshot(PATH, raw)
    again = document.to_data()
    assert content_of(again) == content_of(data)
    assert (again.serial, again.position) == (4, "7:0123456789abcdef")
    assert document.absorbed == ["spill-id"]
    assert encode_snapshot(again, PLACE, ["spill-id"]) == raw


def test_is_compact_json_in_a_fixed_order(data: StateData) -> None:
    raw = encode_snapshot(data, PLACE, [])
    document = json.loads(raw)
    assert list(document)[:6] == ["sha256", "format", "version", "tool", "lineage", "serial"]
    assert [item["address"] for item in document["instances"]] == [
        "vbrprov_data.a", "vbrprov_data.a", "vbrprov_data.b"
    ]
    assert raw.count(b"\n") == 1
    assert document["sha256"] == sha256(raw[77:]).hexdigest()


def test_bytes_per_resource_stay_below_half_of_terraforms(
    make_instance: Callable[..., Instance]
) -> None:
    state = StateData("l", 1)
    for n in range(200):
        instance = make_instance(f"name_{n}", size=600)
        state.instances[instance.key] = instance
    assert len(encode_snapshot(state, PLACE, [])) / 200 < 3030 / 2


@pytest.mark.parametrize("raw", [b"", b"\0\0\0\0"])
def test_an_empty_file_is_no_new_stack(raw: bytes) -> None:
    with pytest.raises(StateDamagedError, match=r"is empty|4 zero bytes") as caught:
        decode_snapshot(PATH, raw)
    assert "vbrprov state repair" in caught.value.diagnostic.hint


@pytest.mark.fault("F8")
def test_cut_at_every_byte(data: StateData, tally: Tally) -> None:
    tally.subject = "local, the snapshot cut"
    raw = encode_snapshot(data, PLACE, [])
    for kept in range(1, len(raw)):
        tally.add("trials")
        with pytest.raises(StateDamagedError, match="is cut off after"):
            decode_snapshot(PATH, raw[:kept])


def test_each_flip_is_found(data: StateData) -> None:
    raw = encode_snapshot(data, PLACE, [])
    for position in range(len(raw)):
        damaged = bytearray(raw)
        damaged[position] ^= 0x01
        with pytest.raises(StateDamagedError):
            decode_snapshot(PATH, bytes(damaged))


def test_a_changed_value_is_named_as_such(data: StateData) -> None:
    raw = encode_snapshot(data, PLACE, []).replace(b'"serial":4', b'"serial":5')
    with pytest.raises(StateDamagedError, match="changed outside of vbrprov"):
        decode_snapshot(PATH, raw)


def resealed(document: dict[str, object]) -> bytes:
    """A document with a right checksum, as another version might write it."""
    document = {key: value for key, value in document.items() if key != "sha256"}
    rest = json.dumps(document, separators=(",", ":")).encode()[1:] + b"\n"
    return b'{"sha256":"' + sha256(rest).hexdigest().encode() + b'",' + rest


def test_a_newer_version_is_refused_by_name(data: StateData) -> None:
    document = json.loads(encode_snapshot(data, PLACE, []))
    document |= {"version": 2, "tool": "9.1", "shape": {"unheard": "of"}}
    with pytest.raises(StateVersionError, match=r"version 2, written by vbrprov 9\.1"):
        decode_snapshot(PATH, resealed(document))


@pytest.mark.parametrize("change", [
    {"version": 0}, {"version": -1}, {"format": "other"}, {"serial": "4"}, {"extra": 1},
    {"instances": [{"address": "a"}]},
])
def test_a_document_that_is_no_state(data: StateData, change: dict[str, object]) -> None:
    document = json.loads(encode_snapshot(data, PLACE, [])) | change
    with pytest.raises(StateDamagedError):
        decode_snapshot(PATH, resealed(document))


def test_a_doubled_instance_is_refused(data: StateData) -> None:
    document = json.loads(encode_snapshot(data, PLACE, []))
    document["instances"].append(document["instances"][0])
    with pytest.raises(StateDamagedError, match="one instance twice"):
        decode_snapshot(PATH, resealed(document))


@pytest.mark.parametrize("raw", [b"hello\n", b'{"version": 4, "serial": 1}\n', b"\xff\xfe"])
def test_another_file_is_no_state(raw: bytes) -> None:
    with pytest.raises(StateDamagedError, match="is not a state file"):
        decode_snapshot(PATH, raw)


def test_two_generations_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "s"
    for number in range(5):
        write_snapshot(path, b"%d" % number)
    assert path.read_bytes() == b"4"
    assert generation_path(path, 1).read_bytes() == b"3"
    assert generation_path(path, 2).read_bytes() == b"2"
    assert len(list(tmp_path.iterdir())) == 3
