"""What ``ignore_changes`` names, beside the schema of the resource."""

from __future__ import annotations

from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.sdk.model import Schema


def check_ignored(declared: Resource, schema: Schema, diags: Diagnostics) -> None:
    """Report paths to what the resource does not have, and those that change nothing."""
    life = declared.lifecycle
    for path, where in zip(life.ignore_changes, life.ignored_at, strict=True):
        name = path[0]
        spec = schema.attributes.get(name)
        if name not in schema.names():
            hint = did_you_mean(name, schema.names())
            diags.error("Unsupported attribute", "This object has no argument, nested block, or "
                        f'exported attribute named "{name}". {hint}'.strip(), where)
        elif spec is not None and len(path) > 1 and spec.type.is_primitive:
            diags.error("Unsupported attribute", f'"{name}" is a {spec.type.friendly()}, which '
                        "does not have any attributes.", where)
        elif spec is not None and spec.computed_only and len(path) == 1:
            diags.warning(
                "Redundant ignore_changes element", "Adding an attribute name to ignore_changes "
                "tells vbrprov to ignore future changes to the argument in configuration after the "
                "object has been created, retaining the value originally configured.\n\nThe "
                f"attribute {name} is decided by the provider alone and therefore there can be no "
                "configured value to compare with. Including this attribute in ignore_changes has "
                "no effect. Remove the attribute from ignore_changes to quiet this warning.", where)
