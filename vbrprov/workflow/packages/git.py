"""Modules from git repositories, through the ``git`` program.

Nothing of a repository runs: there is no working tree, hence no hooks, filters or submodules. The
content of a commit comes as a tar stream and is unpacked like any other archive.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from vbrprov.config.credentials import credentials, without_credentials
from vbrprov.config.sources import Source
from vbrprov.config.versions import ModuleVersion, newest, parse_version
from vbrprov.workflow.packages.tree import CHUNK, PackageError
from vbrprov.workflow.packages.unpack import unpack_tar

#: A call of git that takes longer hangs. Slow transfers end sooner, by ``http.lowSpeedTime``.
_SECONDS = 900
_SETTINGS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null",
    "core.askPass=", "credential.interactive=false", "init.templateDir=", "gc.auto=0",
    "maintenance.auto=false", "protocol.ext.allow=never", "protocol.fd.allow=never",
    "fetch.recurseSubmodules=false", "submodule.recurse=false",
    "fetch.writeCommitGraph=false", "http.followRedirects=initial", "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60", "advice.detachedHead=false",
)
#: What a user sets up so that git can reach a server. Everything else that begins with GIT_ is
#: dropped: a hook that runs vbrprov has GIT_DIR set, for one.
_KEPT = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|PROXY_\w+|HTTP_PROXY_AUTHMETHOD|"
    r"CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH)")
#: Of highest precedence, so that bytes come out as they went in, the same on every machine.
_ATTRIBUTES = "* -export-ignore -export-subst -filter -text -eol -ident -working-tree-encoding\n"
_FULL = re.compile(r"\d+\.\d+\.\d")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ABBREVIATED = re.compile(r"[0-9a-f]{7,64}")
_WANTED = "refs/vbrprov/wanted"


class Chosen(msgspec.Struct, frozen=True):
    """What was fetched: the commit, and the version where one was chosen among tags."""

    commit: str
    version: str = ""


class _Remote(msgspec.Struct, frozen=True):
    """The names that a repository has, with their commits."""

    refs: dict[str, str]
    head: str


def fetch(source: Source, constraints: str, locked: Chosen | None, root: Path, work: Path,
          environ: Mapping[str, str]) -> Chosen:
    """Put a commit of a repository into an empty folder.

    Args:
        source: Where it is, and which branch, tag or commit is wanted.
        constraints: The version constraint on its tags, or nothing.
        locked: What was chosen before and is to be had again.
        root: The folder for the content.
        work: An empty folder for a bare repository; the caller removes it.
        environ: The environment; ``GIT_`` variables that do not concern access are left out.

    Raises:
        PackageError: It cannot be had. The text holds no credentials.
    """
    git = _Git(work, source, environ)
    git.run("init", "--quiet", "--bare")
    attributes = work / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text(_ATTRIBUTES, encoding="utf-8")
    remote = git.names()
    name, chosen = _choose(remote, source, constraints, locked)
    commit = _get(git, remote, name, chosen.commit, source.depth or 1)
    git.unpack(commit, root)
    return Chosen(commit, chosen.version)


def _choose(remote: _Remote, source: Source, constraints: str,
            locked: Chosen | None) -> tuple[str, Chosen]:
    """The full name to fetch (empty where only a commit is known), and what is to be there."""
    if constraints:
        tags = _version_tags(remote)
        if locked is not None:
            found = next((n for v, n in tags.items() if str(v) == locked.version), "")
            return found, locked
        best = newest(tags, constraints)
        if best is None:
            known = f"The newest version is {max(tags)}." if tags else (
                "The repository has no tags that are versions, such as v1.2.0.")
            raise PackageError(f'No tag meets the version constraint "{constraints}". {known}')
        return tags[best], Chosen("", str(best))
    name = _full_name(remote, source.ref)
    if locked is not None:
        return name, locked
    if not name and not _ABBREVIATED.fullmatch(source.ref):
        if not source.ref:
            raise PackageError("The repository is empty: it has no commit at all.")
        raise PackageError(f'The repository has no branch, tag or commit "{source.ref}".')
    return name, Chosen("" if name else source.ref)


def _version_tags(remote: _Remote) -> dict[ModuleVersion, str]:
    out = {}
    for name in remote.refs:
        text = name.removeprefix("refs/tags/").removeprefix("v")
        version = parse_version(text)
        # A tag such as v1 follows the newest version, and is none itself.
        if name.startswith("refs/tags/") and version is not None and _FULL.match(text):
            out[version] = name
    return out


def _full_name(remote: _Remote, ref: str) -> str:
    """As git reads a name: a full one first, then a branch, then a tag."""
    if ref in ("", "HEAD"):
        return "HEAD" if remote.head else ""
    # In a clone, which others make, a branch of the server is origin/BRANCH as well.
    candidates = (ref if ref.startswith("refs/") else "", f"refs/heads/{ref}", f"refs/tags/{ref}",
                  f"refs/heads/{ref.removeprefix('origin/')}")
    return next((name for name in candidates if name in remote.refs), "")


def _get(git: _Git, remote: _Remote, name: str, commit: str, depth: int) -> str:
    """Fetch; the full commit. As little as possible first, everything when that is not enough."""
    tip = remote.head if name == "HEAD" else remote.refs.get(name, "")
    shallow = ""
    if name and commit in ("", tip):
        shallow = name
    elif _COMMIT.fullmatch(commit):
        shallow = commit
    if shallow:
        try:
            git.run("fetch", *_FETCH, f"--depth={depth}", "--", git.url, f"+{shallow}:{_WANTED}")
            found = git.commit(_WANTED)
        except PackageError:
            # A server may refuse to be shallow, or to give a commit that no name points to.
            found = ""
        if found and commit in ("", found):
            return found
    git.run("fetch", *_FETCH, "--", git.url, "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*")
    return git.commit(commit or tip)


_FETCH = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")


class _Git:
    """Calls of git in one bare repository."""

    def __init__(self, work: Path, source: Source, environ: Mapping[str, str]) -> None:
        program = shutil.which("git", path=environ.get("PATH"))
        if program is None or not Path(program).is_absolute():
            # One that is found in the working folder is not the user's, but the configuration's.
            raise PackageError("The program git, which fetches it, is not there. Install git.")
        self._program = program
        self.url = without_credentials(source.location)
        self._work = work
        self._source = source
        kept = {k: v for k, v in environ.items()
                if (not k.upper().startswith("GIT_") or _KEPT.fullmatch(k))
                and k.upper() not in ("SSH_ASKPASS", "DISPLAY_ASKPASS")}
        self._environ = kept | {
            "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
            "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_DIR":
            str(work.absolute()), "GCM_INTERACTIVE": "never", "LC_ALL": "C",
        }
        if self.url != source.location:
            # All users of a machine see the arguments of a program, but not its environment.
            count = kept.get("GIT_CONFIG_COUNT", "")
            number = int(count) if count.isdecimal() else 0
            self._environ |= {f"GIT_CONFIG_KEY_{number}": f"url.{source.location}.insteadOf",
                              f"GIT_CONFIG_VALUE_{number}": self.url,
                              "GIT_CONFIG_COUNT": str(number + 1)}
        if "GIT_SSH_COMMAND" not in kept and "GIT_SSH" not in kept:
            self._environ["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"

    def _command(self, words: Sequence[str]) -> list[str]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        return [self._program, *settings, *words]

    def run(self, *words: str) -> str:
        """Run git; its output.

        Raises:
            PackageError: It failed, or is not there.
        """
        try:
            done = subprocess.run(  # noqa: S603  # no shell; every word but the URL is ours, and "--" stands before that
                self._command(words), cwd=self._work, env=self._environ, capture_output=True,
                stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False)
        except OSError as error:
            raise _no_program(error) from None
        except subprocess.TimeoutExpired:
            raise PackageError(f"git took longer than {_SECONDS} seconds.") from None
        if done.returncode:
            raise self._failure(done.returncode, done.stderr)
        return done.stdout.decode("utf-8", "replace")

    def _failure(self, status: int, stderr: bytes) -> PackageError:
        text = stderr.decode("utf-8", "replace")
        for secret in credentials(self._source.location):
            text = text.replace(secret, "(sensitive)")
        last = [line for line in text.splitlines() if line.strip()][-6:]
        said = "\n".join(f"    {line[:300]}" for line in last)
        return PackageError(f"git ended with status {status}" + (f":\n\n{said}" if said else "."))

    def names(self) -> _Remote:
        """All branches and tags of the repository, tags with the commits that they mean."""
        refs: dict[str, str] = {}
        head = ""
        for line in self.run("ls-remote", "--quiet", "--", self.url).splitlines():
            commit, _, name = line.partition("\t")
            if name == "HEAD":
                head = commit
            else:
                refs[name.removesuffix("^{}")] = commit
        return _Remote(refs, head)

    def commit(self, name: str) -> str:
        """The full commit that a name or abbreviation means."""
        try:
            found = self.run("rev-parse", "--verify", "--quiet", "--end-of-options",
                             f"{name}^{{commit}}")
        except PackageError:
            raise PackageError(f'The repository has no commit "{name}" any more, or never '
                               "had.") from None
        return found.strip()

    def unpack(self, commit: str, root: Path) -> None:
        """Write the content of a commit into an empty folder."""
        words = self._command(("archive", "--format=tar", commit))
        try:
            process = subprocess.Popen(  # noqa: S603  # as above; the commit is a hash
                words, cwd=self._work, env=self._environ, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise _no_program(error) from None
        assert process.stdout is not None
        try:
            unpack_tar(process.stdout, root)
            # The padding behind the last entry, so that git does not meet a closed pipe.
            while process.stdout.read(CHUNK):
                pass
            status = process.wait(_SECONDS)
        except (tarfile.TarError, subprocess.TimeoutExpired) as error:
            raise PackageError(f"What git gives cannot be read: {error}.") from None
        finally:
            process.stdout.close()
            process.kill()
            process.wait()
        if status:
            raise PackageError(f"git archive ended with status {status}.")


def _no_program(error: OSError) -> PackageError:
    return PackageError("The program git, which fetches it, cannot be started: "
                        f"{error.strerror or error}.")
