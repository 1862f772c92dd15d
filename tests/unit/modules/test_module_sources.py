"""Source addresses, version constraints."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbrprov.config.credentials import credentials
from vbrprov.config.sources import Kind, SourceError, parse_source
from vbrprov.config.versions import canonical, newest, parse_constraint, parse_version

DIGEST = "ab" * 32


@pytest.mark.parametrize(("text", "kind", "address", "subdir"), [
    ("./a", Kind.LOCAL, "./a", ""),
    ("../a//b", Kind.LOCAL, "../a//b", ""),
    ("..", Kind.LOCAL, "..", ""),
    ("./a.zip//in", Kind.ARCHIVE, "./a.zip", "in"),
    ("/srv/a.tgz", Kind.ARCHIVE, "/srv/a.tgz", ""),
    ("file:///srv/a.tar.xz//in/side", Kind.ARCHIVE, "/srv/a.tar.xz", "in/side"),
    ("/srv/a//in", Kind.FOLDER, "/srv/a", "in"),
    ("file:///srv/a", Kind.FOLDER, "/srv/a", ""),
    ("https://h/a.zip", Kind.ARCHIVE, "https://h/a.zip", ""),
    ("https://h/a?archive=tar.gz&v=1", Kind.ARCHIVE, "https://h/a?v=1&archive=tar.gz", ""),
    ("git::/srv/a.git//in?ref=v1", Kind.GIT, "git::/srv/a.git?ref=v1", "in"),
    ("git::file:///srv/a.git//in/side?ref=v1.2&depth=1", Kind.GIT,
     "git::file:///srv/a.git?ref=v1.2", "in/side"),
    ("git::https://h/a.git", Kind.GIT, "git::https://h/a.git", ""),
    ("git::ssh://git@h/a.git", Kind.GIT, "git::ssh://git@h/a.git", ""),
    ("git::me@h:a/b.git", Kind.GIT, "git::ssh://me@h/a/b.git", ""),
    ("git@github.com:o/r.git//in", Kind.GIT, "git::ssh://git@github.com/o/r.git", "in"),
    ("github.com/o/r//in?ref=x/y", Kind.GIT, "git::https://github.com/o/r.git?ref=x/y", "in"),
    ("bundled::site", Kind.BUNDLED, "bundled::site", ""),
])
def test_kinds(text: str, kind: Kind, address: str, subdir: str) -> None:
    found = parse_source(text)
    assert (found.kind, found.address, found.subdir) == (kind, address, subdir)


@pytest.mark.parametrize(("text", "word"), [
    ("", "empty"), (" ./a", "space"), ("./a\nb", "control"), ('./a"b', "quotes"),
    ("site", 'write "./site"'), ("hashicorp/consul/aws", "no module registry"),
    ("app.terraform.io/a/b/c//in", "no module registry"), ("s3::https://h/a.zip", '"s3::"'),
    ("hg::https://h/a", '"hg::"'), ("ftp://h/a.zip", '"ftp"'), ("https://h/a", "archive"),
    ("https://h/a?archive=rar", '"rar"'), ("git::ext::sh -c x", "URL or an absolute path"),
    ("git::fd://7/x", '"fd"'), ("git::./a", "absolute path"), ("git::-u/x", "absolute path"),
    ("git::ssh://-oProxyCommand=x/y", "dash"), ("git::ssh://-x@h/y", "dash"),
    ("git::https://h/a?ref=--upload-pack=x", "branch"), ("git::https://h/a?ref=a..b", "branch"),
    ("git::https://h/a?sshkey=QUJD", "private key"), ("git::https://h/a?x=1", '"x"'),
    ("git::https://h/a?depth=0", "depth"), ("git::https://h/a?depth=-1", "depth"),
    ("https://h/a.zip//../b", '".."'), ("https://h/a.zip?checksum=md5:aa", "sha256"),
    ("github.com/o", "OWNER"), ("github.com/o/r/in", '"github.com/o/r//in"'),
    ("bundled::../x", "bundled::NAME"), ("./a?ref=v1", "question mark"), ("file://a/b", "absolute"),
])
def test_refused(text: str, word: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(text)
    assert word in caught.value.detail


@pytest.mark.parametrize(("text", "secrets"), [
    ("git::https://me:p%40ss@h/a.git", ("p%40ss", "p@ss")),
    ("git::https://glpat-x@h/a.git", ("glpat-x",)),
    ("git::ssh://git@h/a.git", ()),
    ("git::ssh://git:pw@h/a.git", ("pw",)),
    ("https://h/a.zip?X-Amz-Signature=f00&v=1", ("f00",)),
    ("https://me:pw@h/a.zip?sig=s1", ("pw", "s1")),
])
def test_credentials_are_found_and_left_out(text: str, secrets: tuple[str, ...]) -> None:
    assert credentials(text) == secrets
    found = parse_source(text)
    for secret in secrets:
        assert secret not in found.shown
        assert secret in text.replace("%40", "@") or secret in text
    for secret in secrets[:1]:
        assert secret in found.location


def test_a_checksum_is_no_part_of_the_address() -> None:
    found = parse_source(f"https://h/a.zip?checksum=sha256:{DIGEST.upper()}")
    assert found.checksum == f"sha256:{DIGEST}"
    assert found.address == found.location == "https://h/a.zip"


@settings(deadline=None)
@given(st.text(max_size=30), st.sampled_from(["", "git::", "http://", "git::ssh://", "./", "/",
                                               "file://", "github.com/", "bundled::"]))
def test_any_text_is_an_address_or_refused(text: str, prefix: str) -> None:
    secrets = credentials(prefix + text)
    try:
        found = parse_source(prefix + text)
    except SourceError:
        return
    assert found.address
    for secret in secrets:
        # Whatever was taken for a secret is not where it stood.
        assert f":{secret}@" not in found.shown


VERSIONS = ["0.9.0", "1.0.0", "1.1.0-beta", "1.1.0", "1.1.4", "1.2.0", "2.0.0-rc.1", "2.0.0-rc.10",
            "2.0.0"]


@pytest.mark.parametrize(("constraint", "expected"), [
    ("1.0.0", "1.0.0"), ("= 1.1.0", "1.1.0"), ("~> 1.1", "1.2.0"), ("~> 1.1.0", "1.1.4"),
    ("~> 1", "2.0.0"), (">= 1.0, < 2.0", "1.2.0"), ("!= 2.0.0", "1.2.0"), ("< 1.0", "0.9.0"),
    ("> 2.0.0", None), (">= 1.1.0-beta, < 1.1.0", None), ("1.1.0-beta", "1.1.0-beta"),
    ("2.0.0-rc.10", "2.0.0-rc.10"), ("<= 1.1.4,!=1.1.4", "1.1.0"), ("~> 0.9.0", "0.9.0"),
    ("~> 3.0", None),
])
def test_the_newest_version_that_meets_a_constraint(constraint: str, expected: str | None) -> None:
    known = [parsed for v in VERSIONS if (parsed := parse_version(v))]
    found = newest(known, constraint)
    assert (str(found) if found else None) == expected


def test_order_of_versions() -> None:
    known = [parsed for v in VERSIONS if (parsed := parse_version(v))]
    assert sorted(reversed(known)) == known


@pytest.mark.parametrize(
    "text", ["", "latest", ">=", "1.2.3.4", "~> v1", ">= 1.0,", "=> 1", "^1.0"])
def test_not_a_constraint(text: str) -> None:
    with pytest.raises(ValueError, match="version constraint"):
        parse_constraint(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("~>1.0", "~> 1.0"), (" >=  1.0,<2 ", ">= 1.0, < 2"), ("= 1.0.0", "1.0.0"), ("1.0.0", "1.0.0"),
    ("!=1.0", "!= 1.0"), ("", ""),
])
def test_one_spelling_of_a_constraint(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize("text", ["v1.0.0", "1.0.0.0", "1.x", "", "01a", "1.0.0-", "1" * 12])
def test_not_a_version(text: str) -> None:
    assert parse_version(text) is None
