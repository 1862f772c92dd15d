"""Digests of strings and of files."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from vbrprov.functions._files import chunks
from vbrprov.sdk import Function, FunctionContext, Param


def _text_of(digest: bytes, *, base64: bool) -> str:
    return b64encode(digest).decode("ascii") if base64 else digest.hex()


def string_hash(name: str, algorithm: str, *, base64: bool = False) -> Function:
    """The function *name*: the digest of a string's UTF-8 bytes."""

    def run(value: str) -> str:
        digest = hashlib.new(algorithm, value.encode(), usedforsecurity=False).digest()
        return _text_of(digest, base64=base64)

    form = "Base64" if base64 else "hexadecimal digits"
    return Function(
        name=name, group="hash",
        doc=f"Return the {algorithm.upper()} digest of the UTF-8 bytes of a string, as {form}.",
        params=(Param("str", str, "The string."),),
        returns=str, impl=run, example=f'{name}("hello world")',
    )


def file_hash(name: str, algorithm: str, *, base64: bool = False) -> Function:
    """The function *name*: the digest of a file."""

    def run(context: FunctionContext, path: str) -> str:
        digest = hashlib.new(algorithm, usedforsecurity=False)
        for chunk in chunks(context, path):
            digest.update(chunk)
        return _text_of(digest.digest(), base64=base64)

    form = "Base64" if base64 else "hexadecimal digits"
    return Function(
        name=name, group="hash", doc=f"Return the {algorithm.upper()} digest of a file, as {form}.",
        params=(Param("path", str, "The file, part of the configuration."),),
        returns=str, impl=run, needs_context=True, example=f'{name}("hello.txt")',
    )
