"""Archives of all kinds, hostile ones above all."""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from module_world import Root, module_text, tar_of, zip_of

from vbrprov.workflow.packages import tree, unpack

GOOD = {"main.vbr.hcl": module_text("packed"), "in/side/main.vbr.hcl": module_text("deep")}
KINDS: dict[str, Callable[[dict[str, str | bytes]], bytes]] = {
    "zip": zip_of,
    "tar": lambda files: tar_of(files, "w:"),
    "tar.gz": lambda files: tar_of(files, "w:gz"),
    "tar.bz2": lambda files: tar_of(files, "w:bz2"),
    "tar.xz": lambda files: tar_of(files, "w:xz"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(kind: str, root: Root) -> None:
    (root.path / f"m.{kind}").write_bytes(KINDS[kind](GOOD))
    root.call(f"./m.{kind}//in/side")
    root.good_init()
    assert root.outputs()["word"] == "deep"


def tar_entry(name: str, kind: bytes, target: str = "", text: bytes = b"") -> tuple[
        tarfile.TarInfo, bytes]:
    item = tarfile.TarInfo(name)
    item.type = kind
    item.linkname = target
    item.size = len(text)
    return item, text


def tar_with(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as opened:
        for item, text in entries:
            opened.addfile(item, io.BytesIO(text))
    return out.getvalue()


def zip_entry(name: str, text: bytes, mode: int) -> tuple[zipfile.ZipInfo, bytes]:
    item = zipfile.ZipInfo(name)
    item.create_system = 3
    item.external_attr = mode << 16
    return item, text


def zip_with(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for item, text in entries:
            opened.writestr(item, text)
    return out.getvalue()


def bomb() -> bytes:
    return zip_of({"main.vbr.hcl": bytes(24 << 20)})


def overlapping() -> bytes:
    """A zip whose second entry is the first one again, under another name."""
    raw = bytearray(zip_of({"a": "x" * 100, "b": "y" * 100}))
    second = raw.rfind(b"PK\1\2")
    raw[second + 42:second + 46] = struct.pack("<I", 0)
    return bytes(raw)


def damaged() -> bytes:
    raw = bytearray(zip_of({"main.vbr.hcl": module_text("x")}))
    raw[45] ^= 0xFF
    return bytes(raw)


def encrypted() -> bytes:
    raw = bytearray(zip_of({"a": "x"}))
    at = raw.rfind(b"PK\1\2")
    raw[at + 8] |= 1
    raw[6] |= 1
    return bytes(raw)


def many_claimed() -> bytes:
    raw = bytearray(zip_of({"a": "x"}))
    at = raw.rfind(b"PK\5\6")
    raw[at + 8:at + 12] = struct.pack("<HH", 60_000, 60_000)
    return bytes(raw)


def million() -> bytes:
    """A directory of 983,045 entries whose end says that there are 5: the count has 16 bits."""
    header = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
                         0, 0, 0) + b"a"
    directory = header * (15 * 65_536 + 5)
    return directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 5, 5, len(directory), 0, 0)


LINK = stat.S_IFLNK | 0o777
HOSTILE: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "zip-parent": ("zip", zip_of({"../out": "x"}), "outside"),
    "zip-inner-parent": ("zip", zip_of({"a/../../out": "x"}), "outside"),
    "zip-absolute": ("zip", zip_of({"/tmp/vbrprov-out": "x"}), "outside"),
    "zip-backslash": ("zip", zip_of({"..\\out": "x"}), "outside"),
    "zip-drive": ("zip", zip_of({"C:/out": "x"}), "outside"),
    "zip-control": ("zip", zip_of({"a\nb": "x"}), "characters"),
    "zip-long-name": ("zip", zip_of({"a" * 300: "x"}), "too long"),
    "zip-deep": ("zip", zip_of({"a/" * 100 + "b": "x"}), "too long"),
    "zip-link-out": ("zip", zip_with(zip_entry("a", b"../out", LINK)), "outside"),
    "zip-link-absolute": ("zip", zip_with(zip_entry("a", b"/etc", LINK)), "outside"),
    "zip-through-link": ("zip", zip_with(
        zip_entry("a", b"..", LINK), zip_entry("a/out", b"x", stat.S_IFREG)), "twice"),
    "zip-fifo": ("zip", zip_with(zip_entry("a", b"", stat.S_IFIFO)), "pipe"),
    "zip-twice": ("zip", zip_of({"a": "x", "./a": "y"}), "twice"),
    "zip-file-and-folder": ("zip", zip_of({"a": "x", "a/b": "y"}), "twice"),
    "zip-bomb": ("zip", bomb, "times its own size"),
    "zip-overlap": ("zip", overlapping, "lies over"),
    "zip-damaged": ("zip", damaged, "damaged"),
    "zip-encrypted": ("zip", encrypted, "encrypted"),
    "zip-many": ("zip", many_claimed, "more than 10000"),
    "zip-million": ("zip", million, "more than 10000"),
    "zip-empty": ("zip", b"", "no zip"),
    "zip-is-tar": ("zip", tar_of(GOOD), "no zip"),
    "zip-case": ("zip", zip_of({"A.vbr.hcl": "", "a.vbr.hcl": ""}), "case"),
    "tar-parent": ("tar", tar_with(tar_entry("../out", tarfile.REGTYPE, text=b"x")), "outside"),
    "tar-absolute": ("tar", tar_with(tar_entry("/tmp/vbrprov-out", tarfile.REGTYPE)), "outside"),
    "tar-link-out": ("tar", tar_with(tar_entry("a", tarfile.SYMTYPE, "../../out")), "outside"),
    "tar-link-chain": ("tar", tar_with(
        tar_entry("d/a", tarfile.SYMTYPE, ".."), tar_entry("b", tarfile.SYMTYPE, "d/a/../..")),
        "outside"),
    "tar-link-nowhere": ("tar", tar_with(tar_entry("a", tarfile.SYMTYPE, "b")), "nowhere"),
    "tar-link-loop": ("tar", tar_with(
        tar_entry("a", tarfile.SYMTYPE, "b"), tar_entry("b", tarfile.SYMTYPE, "a")), "circle"),
    "tar-through-link": ("tar", tar_with(
        tar_entry("a", tarfile.SYMTYPE, "/tmp"),
        tar_entry("a/out", tarfile.REGTYPE, text=b"x")), "outside"),
    "tar-through-inner-link": ("tar", tar_with(
        tar_entry("d", tarfile.DIRTYPE), tar_entry("a", tarfile.SYMTYPE, "d"),
        tar_entry("a/out", tarfile.SYMTYPE, "x")), "twice"),
    "tar-hard-link": ("tar", tar_with(tar_entry("a", tarfile.LNKTYPE, "/etc/passwd")), "hard link"),
    "tar-device": ("tar", tar_with(tar_entry("a", tarfile.CHRTYPE)), "device"),
    "tar-fifo": ("tar", tar_with(tar_entry("a", tarfile.FIFOTYPE)), "device"),
    "tar-bomb": ("tar.gz", lambda: tar_of({"a": bytes(24 << 20)}), "times its own size"),
    "tar-xz-bomb": ("tar.xz", lambda: tar_of({"a": bytes(24 << 20)}, "w:xz"), "times its own"),
    "tar-cut-off": ("tar.gz", tar_of({"a": os.urandom(5000)})[:-3000], "damaged"),
    "tar-xz-cut-off": ("tar.xz", tar_of({"a": os.urandom(5000)}, "w:xz")[:-3000], "damaged"),
    "tar-no-gzip": ("tar.gz", b"hello", "damaged"),
    "tar-name-not-utf8": ("tar", tar_with(tar_entry("a\udcff", tarfile.REGTYPE)), "characters"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_leave_nothing(name: str, root: Root) -> None:
    kind, made, word = HOSTILE[name]
    (root.path / f"m.{kind}").write_bytes(made() if callable(made) else made)
    root.call(f"./m.{kind}")
    before = sorted(p.name for p in root.path.parent.iterdir())
    root.init()
    found = root.only()
    assert found.summary == "Failed to download module"
    assert word in found.detail
    assert root.packages() == []
    assert not root.lock_file.exists()
    assert sorted(p.name for p in root.path.parent.iterdir()) == before
    assert sorted(p.name for p in root.path.iterdir()) == [".vbrprov", f"m.{kind}", "main.vbr.hcl"]
    assert not Path("/tmp/vbrprov-out").exists()


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_too_many_entries(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MAX_ENTRIES", 50)
    archive, out = tmp_path / f"m.{kind}", tmp_path / "out"
    out.mkdir()
    archive.write_bytes(KINDS[kind]({f"f{n}": "" for n in range(50)}))
    unpack.unpack(archive, kind, out)
    assert len(list(out.iterdir())) == 50
    archive.write_bytes(KINDS[kind]({f"g{n}": "" for n in range(51)}))
    with pytest.raises(tree.PackageError, match="more than"):
        unpack.unpack(archive, kind, out)


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_folders_count_too(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MAX_ENTRIES", 50)
    (tmp_path / "out").mkdir()
    files: dict[str, str | bytes] = {"/".join([str(n), *"abcdef", "f"]): "" for n in range(10)}
    (tmp_path / f"m.{kind}").write_bytes(KINDS[kind](files))
    with pytest.raises(tree.PackageError, match="more than"):
        unpack.unpack(tmp_path / f"m.{kind}", kind, tmp_path / "out")
    assert len(list((tmp_path / "out").rglob("*"))) <= 51


def test_a_header_that_claims_to_be_huge_is_not_believed(tmp_path: Path) -> None:
    item = tarfile.TarInfo("a")
    item.type = tarfile.XHDTYPE
    item.size = 1 << 40
    (tmp_path / "m.tar").write_bytes(item.tobuf() + bytes(1024))
    (tmp_path / "out").mkdir()
    with pytest.raises(tree.PackageError):
        unpack.unpack(tmp_path / "m.tar", "tar", tmp_path / "out")


def test_links_inside_are_kept(root: Root) -> None:
    raw = tar_with(
        tar_entry("now", tarfile.SYMTYPE, "v1"),
        tar_entry("v1/main.vbr.hcl", tarfile.REGTYPE, text=module_text("linked").encode()))
    (root.path / "m.tar").write_bytes(raw)
    root.call("./m.tar//now")
    root.good_init()
    assert root.outputs()["word"] == "linked"


def test_a_text_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(zip_of({"a": "the same line\n" * 500_000}))
    (tmp_path / "out").mkdir()
    unpack.unpack(tmp_path / "m.zip", "zip", tmp_path / "out")
    assert (tmp_path / "out" / "a").stat().st_size == 7_000_000
