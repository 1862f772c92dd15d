"""Diagnostics: what went wrong, where, and what to do about it.

Here: severities, source files and ranges, the diagnostic value and its collection.
Not here: rendering (``views``), deciding what is wrong (every other package).
"""

from vbrprov.diag.diagnostic import Diagnostic, Diagnostics, Edit, Severity
from vbrprov.diag.source import Pos, SourceFile, SourceRange
from vbrprov.diag.suggest import did_you_mean

__all__ = [
    "Diagnostic",
    "Diagnostics",
    "Edit",
    "Pos",
    "Severity",
    "SourceFile",
    "SourceRange",
    "did_you_mean",
]
