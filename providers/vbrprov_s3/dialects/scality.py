"""Policies of Scality RING and ARTESCA.

Source: https://github.com/scality/Arsenal (lib/policyEvaluator/utils/actionMaps.ts, lib/policy)
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect

_OWN = "Scality's evaluator does not list it (a copy of 2024)"


class Scality(IamDialect):
    """Scality's Vault knows managed policies and those of groups, not users' own."""

    vendor = "scality"
    title = "Scality"
    doc = "Managed policies of the Vault, attached to a user or group."
    source = "https://github.com/scality/Arsenal"
    unknown = {  # noqa: RUF012  # a class variable of the base
        f"iam:{name}": _OWN
        for name in ("PutUserPolicy", "GetUserPolicy", "SetDefaultPolicyVersion")}
    if_exists = False
    attach = "managed"
