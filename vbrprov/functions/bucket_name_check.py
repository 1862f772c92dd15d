"""bucket_name_check(provider, name): what is wrong with the name of a bucket or container.

Sources:
    aws: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    azure: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    google: https://cloud.google.com/storage/docs/buckets#naming
    s3: the rules of aws that stores which speak its protocol share, without its reserved words
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, ListV, Value

_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_AWS_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_AWS_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_GOOGLE_LONGEST_PART = 63


def _common(name: str, allowed: str, words: str, longest: int = 63) -> Iterator[str]:
    if not 3 <= len(name) <= longest:
        yield f"The name must have 3 to {longest} characters; it has {len(name)}."
    if re.search(f"[^{allowed}]", name):
        yield f"The name may hold only {words}."
    if name and not (name[0].isalnum() and name[-1].isalnum()):
        yield "The name must begin and end with a letter or digit."


def _dotted(name: str) -> Iterator[str]:
    if ".." in name:
        yield "The name must not hold two dots in a row."
    if _ADDRESS.fullmatch(name):
        yield "The name must not look like an IP address."


def _s3(name: str) -> Iterator[str]:
    yield from _common(name, "a-z0-9.-", "lower-case letters, digits, dots and hyphens")
    yield from _dotted(name)


def _aws(name: str) -> Iterator[str]:
    yield from _s3(name)
    for prefix in _AWS_PREFIXES:
        if name.startswith(prefix):
            yield f'The name must not begin with "{prefix}".'
    for suffix in _AWS_SUFFIXES:
        if name.endswith(suffix):
            yield f'The name must not end with "{suffix}".'


def _azure(name: str) -> Iterator[str]:
    yield from _common(name, "a-z0-9-", "lower-case letters, digits and hyphens")
    if "--" in name:
        yield "The name must not hold two hyphens in a row."


def _google(name: str) -> Iterator[str]:
    longest = 222 if "." in name else _GOOGLE_LONGEST_PART
    yield from _common(
        name, "a-z0-9._-", "lower-case letters, digits, hyphens, underscores and dots", longest)
    yield from _dotted(name)
    if any(len(part) > _GOOGLE_LONGEST_PART for part in name.split(".")) and "." in name:
        yield f"No part between dots may have more than {_GOOGLE_LONGEST_PART} characters."
    if name.startswith("goog"):
        yield 'The name must not begin with "goog".'
    elif "google" in name.replace("0", "o"):
        yield 'The name must not hold "google" or a close misspelling.'


_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    "aws": _aws, "azure": _azure, "google": _google, "s3": _s3,
}


def _bucket_name_check(provider: str, name: str) -> Value:
    check = _CHECKS.get(provider)
    if check is None:
        raise FunctionError(0, f"the provider must be one of {', '.join(sorted(_CHECKS))}")
    return ListV(tuple(check(name)), STRING)


FUNCTION = Function(
    name="bucket_name_check", group="storage",
    doc="Return what is wrong with the name of a bucket (`aws`, `google`, `s3`) or container "
        "(`azure`) as the vendor's rules have it; an empty list when nothing is.",
    params=(
        Param("provider", str, "`aws`, `azure`, `google` or `s3`."),
        Param("name", str, "The name to judge."),
    ),
    returns=ListT(STRING), impl=_bucket_name_check, example='bucket_name_check("aws", "My_Bucket")',
)
