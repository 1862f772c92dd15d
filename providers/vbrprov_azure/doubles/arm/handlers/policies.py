"""Lifecycle rules of an account.

https://learn.microsoft.com/en-us/rest/api/storagerp/management-policies
"""

from __future__ import annotations

import copy
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.blob_service import with_blobs
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.store import now

Json = dict[str, Any]


def _body(call: Call, policy: Json) -> Json:
    return {"id": f"{call.account}/managementPolicies/default", "name": "DefaultManagementPolicy",
            "type": "Microsoft.Storage/storageAccounts/managementPolicies",
            "properties": copy.deepcopy(policy)}


def read(call: Call) -> Answer:
    """The policy."""
    policy = with_blobs(call).policy
    if policy is None:
        raise Refused("ManagementPolicyNotFound",
                      "No ManagementPolicy found for account " + call.names["accountName"])
    return Answer(200, _body(call, policy))


def write(call: Call) -> Answer:
    """Replace the policy."""
    account = with_blobs(call, ready=True)
    if account.body["kind"] == "Storage":
        raise Refused("FeatureNotSupportedForAccount",
                      "Lifecycle rules are not supported for accounts of kind Storage.")
    rules = (call.body.get("properties") or {}).get("policy", {}).get("rules") or []
    names = [rule["name"] for rule in rules]
    if not rules or len(set(names)) != len(names):
        raise Refused("InvalidRequestPropertyValue",
                      "A policy has rules, each with a name of its own.")
    account.policy = {"policy": {"rules": copy.deepcopy(rules)}, "lastModifiedTime": now()}
    return Answer(200, _body(call, account.policy))


def delete(call: Call) -> Answer:
    """Remove the policy."""
    account = with_blobs(call, ready=True)
    if account.policy is None:
        return Answer(204)
    account.policy = None
    return Answer(200, {})


HANDLERS: Final = {
    "ManagementPolicies.get": read, "ManagementPolicies.create_or_update": write,
    "ManagementPolicies.delete": delete,
}
