"""One JSON message a line, as Terraform's ``-json`` prints them.

Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from vbrprov import __version__
from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.views.json.diagnostics import diagnostic_json
from vbrprov.views.json.plan import TERRAFORM_VERSION

UI_VERSION = "1.2"


def message(kind: str, text: str, *, level: str = "info", **fields: Any) -> str:
    """One line. Names of *fields* with an underscore in front get an ``@`` for it."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    marked = {f"@{k[1:]}" if k.startswith("_") else k: v for k, v in fields.items()}
    data = {"@level": level, "@message": text, "@module": "terraform.ui", "@timestamp": now,
            **marked, "type": kind}
    return msgspec.json.encode(data).decode() + "\n"


def version_message() -> str:
    """The first line of every stream."""
    return message("version", f"vbrprov {__version__}", terraform=TERRAFORM_VERSION,
                   vbrprov=__version__, ui=UI_VERSION)


def diagnostic_message(item: Diagnostic, sources: Mapping[str, SourceFile], **fields: Any) -> str:
    """A diagnostic."""
    word, level = ("Error", "error") if item.is_error else ("Warning", "warn")
    return message("diagnostic", f"{word}: {item.summary}", level=level,
                   diagnostic=diagnostic_json(item, sources), **fields)
