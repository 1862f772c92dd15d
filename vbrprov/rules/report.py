"""Findings as diagnostics."""

from __future__ import annotations

from datetime import date, timedelta

from vbrprov.diag import Diagnostic, Severity
from vbrprov.sdk.rule import Finding, Phase, Verdict

_A_YEAR = timedelta(days=365)
_READABLE = "Make it readable, or attest what you have checked."


def diagnostic(finding: Finding, phase: Phase, today: date) -> Diagnostic | None:
    """The diagnostic of *finding*, or ``None`` when there is nothing to say at this moment."""
    if finding.suppression is not None:
        return None
    if finding.attestation is not None:
        return _attested(finding) if phase == "plan" else None
    if finding.verdict is Verdict.UNKNOWN:
        return _undecided(finding, phase, today)
    detail = f"{finding.because} {finding.rule.reason}"
    if finding.repaired:
        return _made(finding, Severity.WARNING, f"{detail}\n\n{_repair(finding)}")
    return _made(finding, finding.severity, detail)


def _made(finding: Finding, severity: Severity, detail: str, hint: str | None = None,
          remark: str = "") -> Diagnostic:
    return Diagnostic(
        severity, finding.rule.summary + remark, detail, finding.range, address=finding.address,
        rule_id=finding.rule_id, hint=finding.rule.hint if hint is None else hint,
        link=finding.rule.source, related=finding.related, edits=finding.edits)


def _repair(finding: Finding) -> str:
    after = ", ".join(later for _, later in finding.edges)
    order = f", before it changes {after}" if after else ""
    return f"This plan repairs it{order}."


def _attested(finding: Finding) -> Diagnostic:
    said = finding.attestation
    assert said is not None
    return _made(finding, Severity.NOTE,
                 f"{finding.because} Attested until {said.expires.isoformat()}: {said.reason}", "")


def _undecided(finding: Finding, phase: Phase, today: date) -> Diagnostic | None:
    if finding.severity is not Severity.REFUSE:
        return None
    if phase == "plan":
        if not finding.final:
            return None
        severity = Severity.WARNING
        outcome = "As long as that is open, apply refuses the steps that depend on it."
    else:
        severity, outcome = Severity.REFUSE, "As long as that is open, the step is not started."
    needs = f" {finding.needs}" if finding.needs else ""
    example = (
        f"If you have checked it by other means, say so in {finding.address}:\n\n"
        f'    attest {{\n      rule    = "{finding.rule_id}"\n'
        f'      reason  = "how it was checked"\n'
        f'      expires = "{(today + _A_YEAR).isoformat()}"\n    }}')
    return _made(finding, severity, f"{finding.because} {finding.rule.reason}{needs} {outcome}\n\n"
                                    f"{example}",
                 _READABLE if finding.final else None, " (undecided)")
