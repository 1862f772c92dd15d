"""Values and types of the language.

Here: types, numbers, unknown and spent values, marks, conversion, the JSON form.
Not here: expressions (``evaluate``), how a value is shown (``views``), schemas (``sdk``).
"""

from vbrprov.values.convert import ConversionError, convert, to_string
from vbrprov.values.number import BigFloat, NumberError
from vbrprov.values.sets import make_set
from vbrprov.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
)
from vbrprov.values.unify import convertible, unify
from vbrprov.values.value import (
    EPHEMERAL,
    NULL,
    SENSITIVE,
    ListV,
    MapV,
    Marked,
    Null,
    OneTime,
    SetV,
    Spent,
    Unknown,
    Value,
    bare,
    elements,
    equal,
    is_known,
    is_null,
    is_wholly_known,
    mark,
    marks_deep,
    same,
    type_of,
    unknown_from,
    unmark,
    unmark_deep,
)

__all__ = [
    "BOOL", "DYNAMIC", "EPHEMERAL", "NULL", "NUMBER", "SENSITIVE", "STRING",
    "BigFloat", "ConversionError", "ListT", "ListV", "MapT", "MapV", "Marked", "Null",
    "NumberError",
    "ObjectT", "OneTime", "SetT", "SetV", "Spent", "TupleT", "Type", "Unknown", "Value",
    "bare", "convert", "convertible", "elements", "equal", "is_known", "is_null", "is_wholly_known",
    "make_set", "mark", "marks_deep", "same", "to_string", "type_of", "unify", "unknown_from",
    "unmark", "unmark_deep",
]
