"""Credentials in source addresses: finding them, and leaving them out."""

from __future__ import annotations

import re
from urllib.parse import unquote

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/]*)(.*)", re.DOTALL)
_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/\s]+)@")
#: Parameters of a URL whose values are secrets: those of signed addresses, and tokens.
_SECRET_WORDS = ("token", "key", "secret", "signature", "password", "passwd", "credential", "auth")
_SECRET_NAMES = ("sig", "pwd", "pass")


def query_of(tail: str) -> list[tuple[str, str]]:
    """The arguments behind the question mark of an address."""
    pairs = [pair.partition("=") for pair in tail.split("&") if pair]
    return [(name, value) for name, _, value in pairs]


def credentials(text: str) -> tuple[str, ...]:
    """What of a source address is secret, as it stands there and decoded."""
    found: list[str] = []
    for scheme, user in _USER.findall(text):
        login, colon, password = user.partition(":")
        # A lone user name before an https address is a token more often than not.
        found.append(password if colon else "" if scheme.lower() == "ssh" else login)
    found += [value for name, value in query_of(text.partition("?")[2]) if is_secret(name)]
    return tuple(dict.fromkeys(s for each in found if each for s in (each, unquote(each))))


def without_credentials(url: str) -> str:
    """A URL without a password, and without a user but for ssh."""
    found = _URL.fullmatch(url)
    if found is None:
        return url
    user, _, host = found[2].rpartition("@")
    shown = f"{user.partition(':')[0]}@" if user and found[1].lower() == "ssh" else ""
    return f"{found[1]}://{shown}{host}{found[3]}"


def is_secret(name: str) -> bool:
    """Whether the value of an argument of this name is a secret."""
    lower = name.lower()
    return lower in _SECRET_NAMES or any(word in lower for word in _SECRET_WORDS)


def bare(text: str) -> str:
    """An address fit to be shown, whatever it is."""
    return _USER.sub(r"\1://", text.partition("?")[0])
