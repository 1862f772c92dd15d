"""YAML, as gcloud takes custom roles."""

from __future__ import annotations

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    import yaml

    text: str = yaml.safe_dump(document.body, sort_keys=False, allow_unicode=True, width=100)
    return text


FORMAT = PolicyFormat(
    name="yaml", doc="YAML, as gcloud takes custom roles.", kinds=("google_role",), write=_write,
)
