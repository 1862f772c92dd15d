"""Archives and folders as modules: on disk and over http."""

from __future__ import annotations

import hashlib
import os

import pytest
from module_world import Root, Server, module_text, tar_of, zip_of

from vbrprov.workflow.packages import download, install, unpack
from vbrprov.workflow.packages.download import download as fetch

ZIP = zip_of({"main.vbr.hcl": module_text("zipped"), "in/main.vbr.hcl": module_text("inner")})
SUM = hashlib.sha256(ZIP).hexdigest()


@pytest.mark.parametrize(("path", "expected"), [
    ("/m.zip", "zipped"), ("/m.zip//in", "inner"), (f"/m.zip?checksum=sha256:{SUM}", "zipped"),
    ("/plain?archive=zip", "zipped"), ("/plain//in?archive=zip&v=3", "inner"),
])
def test_over_http(path: str, expected: str, server: Server, root: Root) -> None:
    (server.folder / "m.zip").write_bytes(ZIP)
    (server.folder / "plain").write_bytes(ZIP)
    root.call(f"{server.url}{path}")
    root.good_init()
    assert root.outputs()["word"] == expected
    (entry,) = root.lock().values()
    assert entry.checksum == f"sha256:{SUM}"
    (asked,) = server.requests
    assert "archive=" not in asked[0]
    assert "checksum=" not in asked[0]


def test_only_init_asks_the_server(server: Server, root: Root) -> None:
    (server.folder / "m.zip").write_bytes(ZIP)
    root.call(f"{server.url}/m.zip")
    root.outputs()
    assert root.only().summary == "Module not installed"
    assert server.requests == []
    root.good_init()
    root.good_init()
    root.outputs()
    assert len(server.requests) == 1


@pytest.mark.parametrize(("path", "word"), [
    ("/none.zip", "404"), ("/bad.zip", "no zip archive"),
    (f"/m.zip?checksum=sha256:{'0' * 64}", f"sha256:{SUM}"), ("/loop.zip", "more than 5"),
    ("/ftp.zip", "less safe"), ("/m.zip//nowhere", "no such folder"),
])
def test_what_goes_wrong_leaves_nothing(path: str, word: str, server: Server, root: Root) -> None:
    (server.folder / "m.zip").write_bytes(ZIP)
    (server.folder / "bad.zip").write_bytes(b"hello")
    server.redirects = {"/loop.zip": "/loop.zip", "/ftp.zip": "ftp://127.0.0.1/m.zip"}
    root.call(f"{server.url}{path}")
    root.init()
    assert word in root.only().detail
    assert root.packages() == [] or "nowhere" in path


def test_nobody_there(root: Root) -> None:
    root.call("http://127.0.0.1:1/m.zip")
    root.init()
    detail = root.only().detail
    assert "refused" in detail
    assert "<urllib3" not in detail
    assert root.packages() == []


@pytest.mark.parametrize("host", ["[::1", "a..b", "x" * 70 + ".example", "127.0.0.1:99999"])
def test_a_host_that_is_none(host: str, root: Root) -> None:
    root.call(f"http://{host}/m.zip")
    root.init()
    assert root.only().summary == "Failed to download module"


def test_a_limit_on_what_is_downloaded(server: Server, root: Root,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_ARCHIVE", 100)
    monkeypatch.setattr(install, "MAX_ARCHIVE", 100)
    (server.folder / "m.zip").write_bytes(ZIP)
    root.call(f"{server.url}/m.zip")
    root.init()
    assert "MiB" in root.only().detail
    (root.path / "m.zip").write_bytes(ZIP)
    root.call("./m.zip")
    root.init()
    assert "MiB" in root.only().detail
    assert root.packages() == []


def test_credentials_go_to_their_server_only(server: Server, root: Root, tmp_path) -> None:
    other = Server(tmp_path / "elsewhere")
    try:
        (server.folder / "m.zip").write_bytes(ZIP)
        (other.folder / "m.zip").write_bytes(ZIP)
        server.password = "any"
        server.redirects = {"/a.zip": "/m.zip", "/b.zip": f"{other.url}/m.zip"}
        with_login = server.url.replace("//", "//someone:pass%2099@")
        for path in ("a", "b"):
            root.call(f"{with_login}/{path}.zip?token=tok-123456")
            root.init()
            assert [d.summary for d in root.diags] == ["Credentials in a module source"]
        assert {sent for _, sent in server.requests} == {"Basic c29tZW9uZTpwYXNzIDk5"}
        assert [sent for _, sent in other.requests] == [""]
        assert ("/a.zip?token=tok-123456", "Basic c29tZW9uZTpwYXNzIDk5") in server.requests
        text = root.lock_file.read_text() + "".join(root.told)
        assert "pass" not in text
        assert "tok-" not in text
        assert "tok-" not in root.redactor.redact("tok-123456")
    finally:
        other.close()


def test_a_login_from_netrc(server: Server, root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = root.path.parent / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret99\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    (server.folder / "m.zip").write_bytes(ZIP)
    root.call(f"{server.url}/m.zip")
    root.good_init()
    assert server.requests[0][1] == "Basic bWU6c2VjcmV0OTk="
    # It is no file of the folder of a stranger's configuration.
    fetch(f"{server.url}/m.zip", root.path / "again", use_netrc=False)
    assert not server.requests[1][1]


def test_changed_content_behind_an_address(server: Server, root: Root) -> None:
    (server.folder / "m.zip").write_bytes(ZIP)
    root.call(f"{server.url}/m.zip")
    root.good_init()
    (server.folder / "m.zip").write_bytes(zip_of({"main.vbr.hcl": module_text("evil")}))
    (folder,) = root.packages()
    (root.path / ".vbrprov" / "modules" / folder).rename(root.path.parent / "gone")
    root.init()
    found = root.only()
    assert found.summary == "Module does not match the lock file"
    assert "init -upgrade" in found.detail
    assert root.packages() == []
    root.good_init(upgrade=True)
    assert root.outputs()["word"] == "evil"


def test_an_archive_that_was_packed_anew_is_the_same(server: Server, root: Root) -> None:
    files = {"main.vbr.hcl": module_text("same")}
    (server.folder / "m").write_bytes(zip_of(files))
    root.call(f"{server.url}/m?archive=zip")
    root.good_init()
    before = root.lock_file.read_bytes()
    (server.folder / "m").write_bytes(zip_of(files | {"b/": b""}))
    (folder,) = root.packages()
    (root.path / ".vbrprov" / "modules" / folder).rename(root.path.parent / "gone")
    root.good_init(readonly=True)
    assert root.lock_file.read_bytes() == before


def test_another_checksum_in_the_source(server: Server, root: Root) -> None:
    (server.folder / "m.zip").write_bytes(ZIP)
    root.call(f"{server.url}/m.zip?checksum=sha256:{SUM}")
    root.good_init()
    new = zip_of({"main.vbr.hcl": module_text("new")})
    (server.folder / "m.zip").write_bytes(new)
    root.call(f"{server.url}/m.zip?checksum=sha256:{hashlib.sha256(new).hexdigest()}")
    root.outputs()
    assert root.only().summary == "Module does not match its checksum"
    root.init()
    assert root.only().summary == "Module does not match the lock file"
    root.good_init(upgrade=True)
    assert root.outputs()["word"] == "new"


def test_an_archive_beside_its_caller(root: Root) -> None:
    (root.path / "child").mkdir()
    (root.path / "child" / "m.tgz").write_bytes(tar_of({"main.vbr.hcl": module_text("beside")}))
    root.write(module_text("x").replace('"x"', "module.inner.word")
               + 'module "inner" {\n  source = "./m.tgz"\n}\n', "child/main.vbr.hcl")
    root.call("./child")
    root.good_init()
    assert root.outputs()["word"] == "beside"
    ((address, _),) = root.lock()
    assert address == "./child/m.tgz"


def test_an_archive_inside_a_package(root: Root) -> None:
    inner = zip_of({"main.vbr.hcl": module_text("innermost")})
    text = module_text("x").replace('"x"', "module.inner.word") + (
        'module "inner" {\n  source = "../inner.zip"\n}\n')
    outer = zip_of({"inner.zip": inner, "net/main.vbr.hcl": text})
    (root.path / "outer.zip").write_bytes(outer)
    root.call("./outer.zip//net")
    root.good_init()
    assert root.outputs()["word"] == "innermost"
    assert {a for a, _ in root.lock()} == {"./outer.zip", "./outer.zip//inner.zip"}


def test_an_archive_outside_of_a_package(root: Root) -> None:
    outer = zip_of({"main.vbr.hcl": 'module "up" {\n  source = "../../../other.zip"\n}\n'})
    (root.path / "outer.zip").write_bytes(outer)
    (root.path / "other.zip").write_bytes(ZIP)
    root.write('module "m" {\n  source = "./outer.zip"\n}\n')
    root.init()
    assert root.only().summary == "Local module path escapes module package"


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_folder_somewhere_else_is_copied(prefix: str, root: Root, tmp_path) -> None:
    folder = tmp_path / "library"
    (folder / "net").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("x")
    (folder / "net" / "main.vbr.hcl").write_text(module_text("copied"))
    (folder / "now").symlink_to("net")
    root.call(f"{prefix}{folder}//now")
    root.good_init()
    assert root.outputs()["word"] == "copied"
    (name,) = root.packages()
    copied = root.path / ".vbrprov" / "modules" / name
    assert not (copied / ".git").exists()
    (folder / "net" / "main.vbr.hcl").write_text(module_text("changed"))
    assert root.outputs()["word"] == "copied"


@pytest.mark.parametrize(("make", "word"), [
    (lambda f: os.mkfifo(f / "main.vbr.hcl"), "pipe"),
    (lambda f: (f / "loop").symlink_to("."), ""),
    (lambda f: (f / "out").symlink_to("/etc"), "outside"),
    (lambda f: [(f / n).write_text("") for n in ("A", "a")], "case"),
    (lambda f: f.rmdir(), "no such folder"),
])
def test_folders_that_are_not_copied(make, word: str, root: Root, tmp_path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    make(folder)
    root.call(str(folder))
    root.init()
    # A link to the folder itself is inside of the package, and nothing follows it.
    assert (word or "no such folder with configuration files") in root.only().detail


def test_an_archive_behind_a_link(root: Root, tmp_path) -> None:
    (tmp_path / "v1.zip").write_bytes(ZIP)
    (root.path / "m.zip").symlink_to(tmp_path / "v1.zip")
    root.call("./m.zip")
    root.good_init()
    assert root.outputs()["word"] == "zipped"


def test_a_missing_archive(root: Root) -> None:
    root.call("./none.zip")
    root.init()
    assert "No such file" in root.only().detail


def test_a_pipe_in_place_of_an_archive(root: Root) -> None:
    os.mkfifo(root.path / "m.zip")
    root.call("./m.zip")
    root.init()
    assert "not a regular file" in root.only().detail


def test_bundled_modules(root: Root, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    from vbrprov.workflow.packages import installed

    root.call("bundled::sitee")
    root.outputs()
    assert root.only().summary == "No such bundled module"
    (tmp_path / "bundled" / "site").mkdir(parents=True)
    (tmp_path / "bundled" / "site" / "main.vbr.hcl").write_text(module_text("bundled"))
    monkeypatch.setattr(installed, "bundled_dir", lambda: tmp_path / "bundled")
    root.outputs()
    assert 'Did you mean "site"?' in root.only().detail
    root.call("bundled::site")
    assert root.good_init().packages == 0
    assert root.outputs()["word"] == "bundled"
    assert not root.lock_file.exists()


def test_the_ratio_is_of_the_archive(root: Root) -> None:
    # The limit that the bomb tests meet is the ratio, not the absolute one.
    assert unpack.RATIO_FLOOR < 24 << 20 < unpack.MAX_BYTES
