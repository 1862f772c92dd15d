"""Judging conditions: validations, preconditions, postconditions and assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vbrprov.config.model import Condition
from vbrprov.diag import Diagnostic, Diagnostics, Severity, SourceRange
from vbrprov.evaluate.quoted import values_in
from vbrprov.evaluate.results import CheckStatus, Owner
from vbrprov.evaluate.scope import Scope
from vbrprov.values import (
    BOOL,
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Null,
    OneTime,
    Unknown,
    convert,
    unmark_deep,
)

if TYPE_CHECKING:
    from vbrprov.evaluate.walk import Walk

_LATER = ("The condition could not be evaluated at this time, a result will be known when this "
          "plan is applied.")
_NO_MESSAGE = ("This check failed, but has an invalid error message as described in the other "
               "accompanying messages.")


class Judging(msgspec.Struct, frozen=True):
    """How conditions of one kind are judged.

    ``subject`` is shown instead of the condition, ``address`` is the object's, ``owner`` says whose
    result it is. ``severity`` is that of a condition that does not hold; what is no condition at
    all is always an error. ``later`` says of one that cannot be told yet that it will be.
    """

    summary: str
    diags: Diagnostics
    subject: SourceRange | None = None
    address: str | None = None
    owner: Owner | None = None
    severity: Severity = Severity.ERROR
    later: bool = False


def judge(walk: Walk, conditions: tuple[Condition, ...], scope: Scope, how: Judging) -> bool:
    """Judge conditions one by one; whether all hold (or are not known yet)."""
    fine = True
    for condition in conditions:
        status, message = _judge(walk, condition, scope, how)
        if how.owner is not None:
            walk.results.report(how.owner, status, message)
        if status is CheckStatus.ERROR or how.severity is Severity.ERROR:
            fine &= status in (CheckStatus.PASS, CheckStatus.UNKNOWN)
    return fine


def validate(walk: Walk, conditions: tuple[Condition, ...], scope: Scope,
             address: str | None) -> None:
    """Report what is no condition, or no message, whatever the values will be."""
    for condition in conditions:
        _truth(walk, condition, scope, address)
        message, _ = unmark_deep(walk.value(condition.message, scope, address))
        wrong = ""
        if type(message) is Null:
            wrong = "must not be null"
        else:
            try:
                convert(message, STRING)
            except ConversionError:
                wrong = "string required"
        if wrong:
            walk.diags.error("Invalid error message", "Unsuitable value for error message: "
                             f"{wrong}.", condition.message.range, address=address)


def _truth(walk: Walk, condition: Condition, scope: Scope, address: str | None) -> bool | None:
    """Whether a condition holds, ``None`` when it cannot be told; errors are reported."""
    value, _ = unmark_deep(walk.value(condition.condition, scope, address))
    try:
        value = convert(value, BOOL)
    except ConversionError as error:
        walk.diags.error("Invalid condition result", f"The condition must be true or false: "
                         f"{error}.", condition.condition.range, address=address)
        return None
    if type(value) is Null:
        walk.diags.error("Invalid condition result", "The condition value is null. It must be "
                         "true or false.", condition.condition.range, address=address)
        return None
    return None if isinstance(value, Unknown) else bool(value)


def _judge(walk: Walk, condition: Condition, scope: Scope,
           how: Judging) -> tuple[CheckStatus, str]:
    before = len(walk.diags)
    holds = _truth(walk, condition, scope, how.address)
    if holds:
        return CheckStatus.PASS, ""
    if holds is None:
        if any(d.is_error for d in list(walk.diags)[before:]):
            return CheckStatus.ERROR, ""
        if how.later:
            how.diags.warning("Check block assertion known after apply", _LATER,
                              condition.condition.range, address=how.address)
        return CheckStatus.UNKNOWN, ""
    message, remark = _message(walk, condition, scope, how)
    where = how.subject or (condition.condition.range if how.later else condition.range)
    how.diags.add(Diagnostic(
        how.severity, how.summary, message or _NO_MESSAGE, where, address=how.address,
        related=(("this check failed", condition.range),) if how.subject else (),
        values=values_in(condition.condition.node, scope)))
    if remark is not None:
        how.diags.add(remark)
    return CheckStatus.FAIL, message


def _message(walk: Walk, condition: Condition, scope: Scope,
             how: Judging) -> tuple[str, Diagnostic | None]:
    """The text of a condition that does not hold; without one, why there is none to show."""
    value, marks = unmark_deep(walk.value(condition.message, scope, how.address))
    hidden = ""
    if SENSITIVE in marks or any(isinstance(m, OneTime) for m in marks):
        hidden, way = "sensitive", "carefully using the nonsensitive() function"
    elif EPHEMERAL in marks:
        hidden, way = "ephemeral", "carefully using the ephemeralasnull() function"
    if hidden:
        return "", Diagnostic(
            how.severity, f"Error message refers to {hidden} values", "The error expression used "
            f"to explain this condition refers to {hidden} values, so the resulting message is not "
            f"displayed.\n\nYou can correct this by removing references to {hidden} values, or by "
            f"{way} if the expression will not reveal the {hidden} data.",
            condition.message.range, address=how.address)
    try:
        text = convert(value, STRING)
    except ConversionError:
        return "The error message is not a string.", None
    return (str(text) if type(text) is str else "The error message is not known yet."), None
