"""fileexists(path): whether there is a file."""

from __future__ import annotations

import stat

from vbrprov.functions._files import located
from vbrprov.sdk import Function, FunctionContext, FunctionError, Param


def _fileexists(context: FunctionContext, path: str) -> bool:
    real = located(context, path)
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FunctionError(None, f'failed to look at "{path}": {error.strerror}') from None
    if stat.S_ISREG(mode):
        return True
    what = "a directory" if stat.S_ISDIR(mode) else "something else"
    raise FunctionError(None, f'"{path}" is {what}, not a file')


FUNCTION = Function(
    name="fileexists", group="file", doc="Tell whether there is a regular file with a path.",
    params=(Param("path", str, "The file, part of the configuration."),),
    returns=bool, impl=_fileexists, needs_context=True, example='fileexists("hello.txt")',
)
