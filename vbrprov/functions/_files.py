"""Files that functions read: regular files inside the configuration, of bounded size."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from vbrprov.functions._text import MAX_BYTES
from vbrprov.sdk import FunctionContext, FunctionError

#: How large a file may be whose digest is taken; a limit of ours.
MAX_DIGESTED = 1 << 30
_CHUNK = 1 << 16


def slashed(path: str) -> str:
    """A path with forward slashes, as configurations write it on every system."""
    return path.replace(os.sep, "/") if os.sep != "/" else path


def located(context: FunctionContext, path: str, argument: int = 0) -> Path:
    """Where *path* leads, links followed.

    Raises:
        FunctionError: Outside the folder of the configuration, which must be allowed first.
    """
    if "\0" in path:
        raise FunctionError(argument, "a path must not hold a NUL character")
    real = Path(os.path.realpath(Path(context.base_dir, expanded(path, argument))))
    if not context.allow_outside:
        roots = (context.root_dir, *context.also)
        if not any(real.is_relative_to(os.path.realpath(root)) for root in roots):
            raise FunctionError(
                argument, f'"{path}" leads outside the folder of the configuration; files there '
                "are read only when that was allowed")
    return real


def expanded(path: str, argument: int | None = None) -> str:
    """*path* with a leading ``~`` replaced by the user's home folder.

    Raises:
        FunctionError: It names another user's home folder.
    """
    if not path.startswith("~"):
        return path
    if len(path) > 1 and path[1] not in ("/", os.sep):
        raise FunctionError(argument, "cannot expand user-specific home dir")
    return str(Path.home()) + path[1:]


def _opened(context: FunctionContext, path: str, argument: int) -> int:
    real = located(context, path, argument)
    try:
        if not stat.S_ISREG(real.stat().st_mode):
            what = "a directory" if real.is_dir() else "not a regular file"
            raise FunctionError(argument, f'failed to read file: "{path}" is {what}')
        # Between the two looks the file may have become a pipe: do not wait for its other end.
        number = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
                         | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise FunctionError(
            argument, f'no file exists at "{path}"; this function works only with files that are '
            "distributed as part of the configuration source code") from None
    except OSError as error:
        raise FunctionError(
            argument, f'failed to read file "{path}": {error.strerror}') from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise FunctionError(argument, f'failed to read file: "{path}" is not a regular file')
    return number


def chunks(context: FunctionContext, path: str, *, limit: int = MAX_DIGESTED,
           argument: int = 0) -> Iterator[bytes]:
    """The contents of a file, piece by piece.

    Raises:
        FunctionError: No regular file inside the configuration, or larger than *limit* bytes.
    """
    total, content = 0, hashlib.sha256()
    with open(_opened(context, path, argument), "rb") as stream:  # a descriptor
        if os.fstat(stream.fileno()).st_size > limit:
            raise FunctionError(argument, f'"{path}" is larger than {limit} bytes')
        # It may still grow while it is read.
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > limit:
                raise FunctionError(argument, f'"{path}" is larger than {limit} bytes')
            content.update(chunk)
            yield chunk
    if context.files is not None:
        from_base = os.path.relpath(located(context, path), os.path.realpath(context.base_dir))
        context.files[slashed(from_base)] = content.hexdigest()


def read_bytes(context: FunctionContext, path: str, argument: int = 0) -> bytes:
    """The contents of a file that is to become a string.

    Raises:
        FunctionError: As ``chunks``; the limit is the size budget of strings.
    """
    return b"".join(chunks(context, path, limit=MAX_BYTES, argument=argument))


def read_text(context: FunctionContext, path: str, argument: int = 0) -> str:
    """The contents of a UTF-8 file.

    Raises:
        FunctionError: As ``read_bytes``, or not UTF-8.
    """
    try:
        return read_bytes(context, path, argument).decode()
    except UnicodeDecodeError as error:
        raise FunctionError(
            argument, f'contents of "{path}" are not valid UTF-8 (byte {error.start}); use the '
            "filebase64 function to obtain the Base64 encoded contents or the other file "
            "functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
        ) from None
