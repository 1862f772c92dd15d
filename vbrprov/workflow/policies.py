"""Permission policies: rendering, checking and comparing them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vbrprov.diag import Diagnostic, Diagnostics, Severity, SourceFile
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.check import Finding, check
from vbrprov.policy.given import read_given
from vbrprov.policy.iam.compare import Difference, compare
from vbrprov.policy.iam.document import Policy
from vbrprov.policy.overview import Standing, rendered_purposes, standings
from vbrprov.policy.rendering import Rendered, render
from vbrprov.sdk import PolicyError

#: A policy of any vendor is much smaller; whoever gives more has named the wrong file.
_MOST_BYTES: Final = 1_000_000
Remember = Callable[[SourceFile], None]


def render_policy(given: PolicyArguments, diags: Diagnostics) -> Rendered | None:
    """The policy that is asked for; ``None`` after errors."""
    try:
        return render(given)
    except PolicyError as error:
        _report(error, diags)
        return None


def write_policy(rendered: Rendered, format_name: str | None, diags: Diagnostics) -> str | None:
    """The policy in a format; ``None`` after errors."""
    try:
        return rendered.text(format_name)
    except PolicyError as error:
        _report(error, diags)
        return None


def check_policy(file: str, given: PolicyArguments, diags: Diagnostics,
                 remember: Remember) -> list[Finding] | None:
    """The faults of the policy in *file*; ``None`` after errors."""
    rendered = render_policy(given, diags)
    if rendered is None:
        return None
    if rendered.document.kind == "azure_assignments":
        diags.error("Nothing to check", "For this purpose Azure assigns roles of its own; there "
                    "is no policy that could lack something.")
        return None
    policy = _read(file, "iam" if rendered.document.kind == "iam" else None, diags, remember)
    return None if policy is None else check(policy, rendered)


def survey_policy(file: str, given: PolicyArguments, diags: Diagnostics,
                  remember: Remember) -> list[Standing] | None:
    """What the policy in *file* lacks for each purpose; ``None`` after errors."""
    wanted = every_purpose(given, diags)
    if wanted is None:
        return None
    policy = _read(file, "iam" if wanted[0].document.kind == "iam" else None, diags, remember)
    return None if policy is None else standings([policy], wanted)


def every_purpose(given: PolicyArguments, diags: Diagnostics) -> list[Rendered] | None:
    """What each purpose of the vendor needs; ``None`` after errors."""
    try:
        return rendered_purposes(given)
    except PolicyError as error:
        _report(error, diags)
        return None


def diff_policies(first: str, second: str, diags: Diagnostics,
                  remember: Remember) -> Difference | None:
    """The difference between two policies; ``None`` after errors."""
    before = _read(first, None, diags, remember)
    after = _read(second, None, diags, remember)
    return None if before is None or after is None else compare(before, after)


def _report(error: PolicyError, diags: Diagnostics) -> None:
    option = error.argument.replace("_", "-")
    option = {"buckets": "bucket", "principals": "principal"}.get(option, option)
    detail = f"{error.detail} (Option -{option}.)" if option else error.detail
    diags.add(Diagnostic(Severity.ERROR, error.summary, detail, hint=error.hint))


def _read(file: str, kind: str | None, diags: Diagnostics, remember: Remember) -> Policy | None:
    name = "<standard input>" if file == "-" else file
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        diags.error("File cannot be read", f"{name}: {error.strerror or error}.")
        return None
    if len(data) > _MOST_BYTES:
        diags.error("File is too large", f"{name} has more than {_MOST_BYTES} bytes.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        diags.error("File is not UTF-8", f"{name}: byte {error.start} is no UTF-8.")
        return None
    source = SourceFile(name, text, len(data) - len(text.encode()))
    remember(source)
    policy, found = read_given(source, kind)
    diags.extend(found)
    return policy
