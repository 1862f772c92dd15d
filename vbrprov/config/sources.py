"""Source addresses of modules: what kind each is, and where it leads."""

from __future__ import annotations

import enum
import re
from pathlib import Path

import msgspec

from vbrprov.config.credentials import bare, is_secret, query_of, without_credentials

#: Ends of file names that say how an archive is packed.
ARCHIVES = {
    ".zip": "zip", ".tar": "tar", ".tar.gz": "tar.gz", ".tgz": "tar.gz", ".tar.bz2": "tar.bz2",
    ".tbz2": "tar.bz2", ".tar.xz": "tar.xz", ".txz": "tar.xz",
}
#: Hosts whose addresses mean a git repository, as in Terraform.
_GIT_HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/")
_GIT_SCHEMES = ("https", "http", "ssh", "git", "file")
_GETTER = re.compile(r"([a-z0-9]+)::(.*)", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_SCP = re.compile(r"([A-Za-z0-9_.-]+@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!//)([^\s]+)")
_REGISTRY = re.compile(r"([a-z0-9.-]+\.[a-z0-9.:-]+/)?[\w-]+/[\w-]+/[a-z0-9-]+(//.*)?",
                       re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Kind(enum.StrEnum):
    """How a module comes to be on disk."""

    LOCAL = "local"
    BUNDLED = "bundled"
    GIT = "git"
    ARCHIVE = "archive"
    FOLDER = "folder"


class Source(msgspec.Struct, frozen=True):
    """A source address, taken apart.

    ``address`` names the package without the subfolder and without credentials: it is what is shown
    and recorded. ``location`` is what is opened, and may hold credentials.
    """

    kind: Kind
    address: str
    location: str
    subdir: str = ""
    ref: str = ""
    depth: int = 0
    archive: str = ""
    checksum: str = ""

    @property
    def shown(self) -> str:
        """The address with the subfolder."""
        if not self.subdir:
            return self.address
        base, mark, query = self.address.partition("?")
        return f"{base}//{self.subdir}{mark}{query}"


class SourceError(ValueError):
    """The address cannot be used; ``detail`` says why and what to do."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(f"{summary}: {detail}")
        self.summary = summary
        self.detail = detail


def parse_source(text: str) -> Source:
    """Take a source address apart.

    Raises:
        SourceError: No address of a kind that is known.
    """
    if not text or re.search(r"[\x00-\x1f\x7f\"]|[$%]\{|^\s|\s$", text):
        raise _invalid("A module source must not be empty, hold quotes, control characters or "
                       "templates, or begin or end with a space.")
    found = _GETTER.fullmatch(text)
    if found:
        return _with_getter(found[1], found[2], text)
    if text.startswith(("./", "../")) or text in (".", ".."):
        return _local(text)
    if text.startswith(_GIT_HOSTS):
        return _hosted(text)
    if _SCHEME.fullmatch(text):
        return _url(text)
    if text.startswith("git@") and _SCP.fullmatch(text):
        return _git(text)
    if Path(text).is_absolute():
        return _path(text)
    if _REGISTRY.fullmatch(text):
        raise SourceError(
            "Unsupported module source", f'"{bare(text)}" is an address of a module registry, '
            "and vbrprov has no module registry. Use the git repository of the module with a tag, "
            'such as "git::https://example.com/module.git?ref=v1.2.0", or an archive of it.')
    raise _invalid(f'It cannot be told how to install "{bare(text)}". For a folder relative to '
                   f'this module, write "./{bare(text)}"; a git repository begins with "git::".')


def _with_getter(getter: str, rest: str, text: str) -> Source:
    if getter == "git":
        return _git(rest)
    if getter == "bundled":
        return _bundled(rest)
    if getter in ("http", "https", "file") and _SCHEME.fullmatch(rest):
        return _url(rest)
    raise SourceError(
        "Unsupported module source", f'Modules cannot be fetched with "{getter}::". Known are '
        'local paths, "git::", "bundled::", and archives by path, "file://" or "https://".')


def _local(text: str) -> Source:
    base, subdir, query = _split(text)
    archive = _archive_of(base, query)
    if not archive:
        if query:
            raise _invalid("The path of a local folder takes no arguments after a question mark.")
        # Within one package a double slash is one slash.
        return Source(Kind.LOCAL, text, text)
    return Source(Kind.ARCHIVE, base, base, subdir, archive=archive,
                  checksum=_checksum(query))


def _bundled(rest: str) -> Source:
    name, subdir, query = _split(rest)
    if query or not _PLAIN.fullmatch(name):
        raise _invalid('A module that comes with vbrprov is named as "bundled::NAME".')
    return Source(Kind.BUNDLED, f"bundled::{name}", name, subdir)


def _hosted(text: str) -> Source:
    base, subdir, query = _split(text)
    parts = base.split("/")
    if len(parts) < 3 or not all(parts):
        raise _invalid(f"Addresses at {parts[0]} are written as {parts[0]}/OWNER/REPOSITORY.")
    if len(parts) > 3:
        raise _invalid("Separate the folder inside the repository by a double slash: "
                       f'"{"/".join(parts[:3])}//{"/".join(parts[3:])}".')
    url = f"https://{base}" if base.endswith(".git") else f"https://{base}.git"
    return _git_source(url, subdir, query)


def _git(rest: str) -> Source:
    base, subdir, query = _split(rest)
    scheme = _SCHEME.fullmatch(base)
    if scheme is None and Path(base).is_absolute():
        return _git_source(base, subdir, query)
    if scheme is None:
        found = _SCP.fullmatch(base)
        if found is None or found[2].startswith("-") or found[3].startswith("-"):
            raise _invalid('After "git::" there must be a URL or an absolute path.')
        base = f"ssh://{found[1] or ''}{found[2]}/{found[3].removeprefix('/')}"
    elif scheme[1].lower() not in _GIT_SCHEMES:
        raise SourceError(
            "Unsupported module source", f'Git repositories are not fetched over "{scheme[1]}". '
            "Known are https, ssh, http, git and file.")
    return _git_source(base, subdir, query)


def _git_source(url: str, subdir: str, query: list[tuple[str, str]]) -> Source:
    if re.match(r"[a-z]+://([^/]*@)?-", url, re.IGNORECASE):
        raise _invalid("The name of a host or a user must not begin with a dash.")
    clean = without_credentials(url)
    ref, depth = "", 0
    for name, value in query:
        if name == "ref":
            ref = value
        elif name == "depth":
            if not value.isdecimal() or not value.isascii() or not 0 < int(value[:9]) <= 1_000_000:
                raise _invalid('The argument "depth" must be a whole number from 1.')
            depth = int(value)
        elif name == "sshkey":
            raise SourceError(
                "Unsupported module source", 'A private key must not stand in a module source. '
                "Give it to ssh, with an agent or in GIT_SSH_COMMAND, and remove sshkey.")
        else:
            raise _invalid(f'A git source has the arguments "ref" and "depth", not "{name}".')
    if ref.startswith("-") or re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{", ref):
        raise _invalid(f'"{ref}" is not the name of a branch, a tag or a commit.')
    address = f"git::{clean}?ref={ref}" if ref else f"git::{clean}"
    return Source(Kind.GIT, address, url, subdir, ref, depth)


def _url(text: str) -> Source:
    base, subdir, query = _split(text)
    scheme = _SCHEME.fullmatch(base)
    assert scheme is not None
    kind = scheme[1].lower()
    if kind == "file":
        if not scheme[2].startswith("/"):
            raise _invalid('After "file://" there must be an absolute path: file:///srv/module.')
        path = scheme[2]
        return _from_disk(path.removeprefix("/") if re.match(r"/[A-Za-z]:", path) else path,
                          subdir, query)
    if kind not in ("http", "https"):
        raise SourceError("Unsupported module source", f'Modules cannot be fetched over "{kind}". '
                          'A git repository begins with "git::".')
    archive = _archive_of(base, query)
    if not archive:
        hint = f'git::{without_credentials(base)}'
        raise SourceError(
            "Unsupported module source", "Behind http there must be an archive (zip, tar, tar.gz, "
            "tar.bz2 or tar.xz); say which with ?archive= when the name does not. For a git "
            f'repository write "{hint}".')
    clean = without_credentials(base)
    kept = [(n, v) for n, v in query if n not in ("archive", "checksum")]
    shown = [f"{n}={v}" for n, v in kept if not is_secret(n)]
    if not clean.endswith(tuple(ARCHIVES)):
        shown.append(f"archive={archive}")
    sent = "&".join(f"{n}={v}" for n, v in kept)
    return Source(
        Kind.ARCHIVE, f"{clean}?{'&'.join(shown)}" if shown else clean,
        f"{base}?{sent}" if sent else base, subdir, archive=archive, checksum=_checksum(query))


def _path(text: str) -> Source:
    return _from_disk(*_split(text))


def _from_disk(path: str, subdir: str, query: list[tuple[str, str]]) -> Source:
    archive = _archive_of(path, query)
    if archive:
        return Source(Kind.ARCHIVE, path, path, subdir, archive=archive,
                      checksum=_checksum(query))
    if query:
        raise _invalid("The path of a folder takes no arguments after a question mark.")
    return Source(Kind.FOLDER, path, path, subdir)


def _split(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """The package, the folder inside it, and the arguments of an address."""
    base, _, tail = text.partition("?")
    scheme = _SCHEME.fullmatch(base)
    start = len(scheme[1]) + 3 if scheme else 0
    at = base.find("//", max(start, 1))
    subdir = ""
    if at >= 0:
        base, subdir = base[:at], base[at + 2:].strip("/")
        if "\\" in subdir or any(part in ("", ".", "..") for part in subdir.split("/")):
            raise _invalid("The folder after the double slash must be a plain path inside the "
                           'package, without ".." in it.')
    return base, subdir, query_of(tail)


def _archive_of(path: str, query: list[tuple[str, str]]) -> str:
    for name, value in query:
        if name == "archive":
            kind = ARCHIVES.get(f".{value}")
            if kind is None:
                raise _invalid(f'"{value}" is not a kind of archive. Known are zip, tar, tar.gz, '
                               "tar.bz2 and tar.xz.")
            return kind
    lower = path.lower()
    return next((kind for end, kind in ARCHIVES.items() if lower.endswith(end)), "")


def _checksum(query: list[tuple[str, str]]) -> str:
    value = next((v for n, v in query if n == "checksum"), "")
    if not value:
        return ""
    kind, _, digest = value.partition(":")
    if kind != "sha256" or not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
        raise _invalid("A checksum is written as checksum=sha256:HEX, with 64 hexadecimal digits. "
                       "Weaker digests and files of checksums are not accepted.")
    return f"sha256:{digest.lower()}"


def _invalid(detail: str) -> SourceError:
    return SourceError("Invalid module source address", detail)
