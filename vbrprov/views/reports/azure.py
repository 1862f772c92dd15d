"""Annotations of an Azure DevOps pipeline: logging commands that an agent reads from the log.

https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.reports._report import Report, code, heading, text


def render(report: Report) -> str:
    """One line a diagnostic. There is no severity below a warning, so notes are left out."""
    told = (item for item in report.items if item.severity is not Severity.NOTE)
    return "".join(_line(item, report) for item in told)


def _line(item: Diagnostic, report: Report) -> str:
    properties = {"type": "error" if item.is_error else "warning"}
    if item.subject is not None:
        where = item.subject
        properties |= {"sourcepath": report.path(where), "linenumber": str(where.start.line),
                       "columnnumber": str(where.start.column)}
    properties["code"] = code(item)
    shown = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    about = f"{item.address}: " if item.address else ""
    return f"##vso[task.logissue {shown}]{_data(f'{heading(item)}: {about}{text(item)}')}\n"


def _data(said: str) -> str:
    # The agent's own spelling of a percent sign, so that nothing in a text is taken for one.
    return said.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(said: str) -> str:
    return _data(said).replace(";", "%3B").replace("]", "%5D")
