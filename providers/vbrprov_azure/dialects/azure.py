"""Roles of Azure.

Sources:
    https://learn.microsoft.com/azure/role-based-access-control/role-definitions
    https://learn.microsoft.com/azure/role-based-access-control/scope-overview
"""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov.policy.catalogue.azure_roles import IDS
from vbrprov.sdk import Level, PolicyDialect, PolicyDocument, PolicyError, PolicyRequest

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ACCOUNT: Final = re.compile(r"[a-z0-9]{3,24}")
_GROUP: Final = re.compile(r"[\w().-]{0,89}[\w()-]")


class Azure(PolicyDialect):
    """A role of one's own, or assignments of roles that Azure has."""

    vendor = "azure"
    title = "Azure"
    family = "azure"
    bucket_rules = "azure"
    doc = "A custom role definition, or assignments of built-in roles on a storage account."
    source = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions"

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """The definition, or the assignments."""
        self._check(request)
        scope = _scope(request)
        notes: tuple[str, ...] = ()
        if "<" in scope:
            notes = ("Put what stands in angle brackets in (subscription_id, resource_group, "
                     "storage_account).",)
        spelling: dict[str, tuple[str, ...]] = {
            need.action: (need.action,) for need in request.needs}
        if all(need.level is Level.BUILT_IN_ROLE for need in request.needs):
            body: Any = [{
                "roleName": need.action,
                "roleDefinitionId": f"{scope.split('/resourceGroups/')[0]}/providers/"
                                    f"Microsoft.Authorization/roleDefinitions/{IDS[need.action]}",
                "scope": scope,
            } for need in request.needs]
            return PolicyDocument("azure_assignments", body, "role", spelling, notes)
        body = {"properties": {
            "roleName": request.name,
            "description": f"Permissions of Veeam Backup & Replication, purpose {request.purpose}",
            "assignableScopes": [scope],
            "permissions": [{
                "actions": [n.action for n in request.needs if n.level is not Level.DATA],
                "notActions": [],
                "dataActions": [n.action for n in request.needs if n.level is Level.DATA],
                "notDataActions": [],
            }],
        }}
        return PolicyDocument("azure_role", body, "role", spelling, notes)

    def _check(self, request: PolicyRequest) -> None:
        for argument in ("principals", "tls_only", "mfa_free", "hardened"):
            if getattr(request, argument):
                tls = "; TLS is a setting of the storage account" if argument == "tls_only" else ""
                raise PolicyError(argument, "Not known to the vendor",
                                  f"A role of Azure lists actions; it cannot hold {argument}.",
                                  f"Leave it out{tls}.")
        for argument, value, form, what in (
                ("subscription_id", request.scope.subscription, _UUID, "a UUID"),
                ("resource_group", request.scope.resource_group, _GROUP,
                 "1 to 90 letters, digits or characters of _-.(), without a dot at the end"),
                ("storage_account", request.scope.storage_account, _ACCOUNT,
                 "3 to 24 lower-case letters and digits")):
            if value and not form.fullmatch(value):
                raise PolicyError(argument, "Bad name or id",
                                  f'{argument} is "{value}"; it must be {what}.')


def _scope(request: PolicyRequest) -> str:
    """A storage account for its roles, a resource group or subscription for definitions."""
    given = request.scope
    scope = f"/subscriptions/{given.subscription or '<subscription id>'}"
    on_account = all(need.level is Level.BUILT_IN_ROLE for need in request.needs)
    if given.resource_group or on_account:
        scope += f"/resourceGroups/{given.resource_group or '<resource group>'}"
    if on_account:
        scope += ("/providers/Microsoft.Storage/storageAccounts/"
                  f"{given.storage_account or '<storage account>'}")
    return scope
