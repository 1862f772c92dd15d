"""Functions of the language: declared data plus one pure Python callable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from vbrprov.values import BOOL, DYNAMIC, NUMBER, STRING, ListT, SetT, Type, Value

_PYTHON_TYPES: dict[Any, Type] = {str: STRING, int: NUMBER, float: NUMBER, bool: BOOL,
                                  object: DYNAMIC}


#: What a function is about: its section in the reference.
Group = Literal["number", "text", "collection", "encoding", "file", "time", "hash", "network",
                "type", "storage", "other"]


class FunctionError(ValueError):
    """The function refuses its arguments.

    ``argument`` is the zero-based index of the argument at fault, ``None`` for the whole call.
    """

    def __init__(self, argument: int | None, message: str) -> None:
        super().__init__(message)
        self.argument = argument
        self.message = message


class Param(msgspec.Struct, frozen=True):
    """One parameter.

    ``type`` is a language type, or ``str``, ``bool``, ``int`` (a whole number; others are refused),
    ``float`` (any number), ``object`` (anything). ``unknown`` says what an unknown argument does:
    ``"deep"``, the call is unknown when anything in the argument is; ``"shallow"``, only when the
    argument itself is (elements may be unknown, the function carries them over); ``"allow"``, the
    function sees it. ``marked``: the function sees marks and must carry them itself. ``reference``:
    only a reference to a named value may stand here.
    """

    name: str
    type: Type | type
    doc: str
    null: bool = False
    unknown: str = "deep"
    marked: bool = False
    reference: bool = False

    @property
    def value_type(self) -> Type:
        """The language type of the parameter."""
        return self.type if isinstance(self.type, Type) else _PYTHON_TYPES[self.type]


class FunctionContext(msgspec.Struct, frozen=True):
    """What a function may know of its surroundings (only with ``needs_context``).

    ``base_dir`` is the folder that relative file names start from; ``plan_time`` an RFC 3339 time
    that is the same for a whole run and known at apply only when the plan said so; files are read
    below ``root_dir`` and the folders ``also``; ``render(template_text, name, variables)``
    evaluates a template; ``reveal(text)`` says that a text may be printed although it holds a
    secret. ``files`` takes the hash of each file that is read, by its path from ``base_dir``.
    """

    base_dir: str
    root_dir: str
    plan_time: str
    applying: bool
    allow_outside: bool = False
    also: tuple[str, ...] = ()
    render: Callable[[str, str, dict[str, Value]], Value] | None = None
    reveal: Callable[[str], None] | None = None
    files: dict[str, str] | None = None


class Function(msgspec.Struct, frozen=True):
    """One function.

    ``impl`` gets one positional argument a parameter (variadic ones follow), already unmarked,
    known, converted; it returns a value of the language. With ``needs_context`` it gets a
    ``FunctionContext`` first. With ``lazy`` it gets callables that evaluate each argument and raise
    ``ValueError`` when that fails. ``returns`` is the result's type, or a callable from the
    arguments (values, unmarked, maybe unknown) to it; the type is used for unknown results.
    """

    name: str
    doc: str
    params: Sequence[Param]
    returns: Type | type | Callable[[Sequence[Value]], Type]
    impl: Callable[..., Value]
    since: str = "0.1"
    variadic: Param | None = None
    needs_context: bool = False
    lazy: bool = False
    pure: bool = True
    example: str = ""
    group: Group = "other"
    aliases: Sequence[str] = ()

    @property
    def never_null(self) -> bool:
        """Whether a result is never null, which is known before the result is.

        True of those that return a text, a number, a bool or a list of such; conversions, which
        return a null for a null, declare a language type instead.
        """
        if isinstance(self.returns, (ListT, SetT)):
            return self.returns.element.is_primitive
        return self.returns in (str, int, float, bool)

    def result_type(self, args: Sequence[Value]) -> Type:
        """The type of the result for *args*."""
        if isinstance(self.returns, Type):
            return self.returns
        if isinstance(self.returns, type):
            return _PYTHON_TYPES[self.returns]
        return self.returns(args)
