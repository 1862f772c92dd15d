"""Role definitions and assignments by Azure Resource Manager: the calls they share.

https://learn.microsoft.com/en-us/rest/api/authorization/
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_azure.arm import AUTHORIZATION, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found

_PROVIDER: Final = "/providers/Microsoft.Authorization/"
DEFINITIONS: Final = f"{_PROVIDER}roleDefinitions"
ASSIGNMENTS: Final = f"{_PROVIDER}roleAssignments"
_SPACE: Final = uuid.UUID("a3f1b0de-5c34-5f0a-9f3e-6d0f7f0c5b11")

#: Azure answers for a while as if a change of a role had not been made: so many good answers in
#: a row count as "everywhere", so many seconds apart.
STEADY_CHANGE: Final = 12
STEADY_DELETE: Final = 20
PAUSE_SECONDS: Final = 10.0
STEADY_SECONDS: Final = 900.0


def made_up_id(*parts: str) -> str:
    """The id for an object that is made of *parts*: the same parts give the same id."""
    return str(uuid.uuid5(_SPACE, "|".join(part.lower() for part in parts)))


def guid_of(resource_id: Any) -> str:
    """The last part of an id."""
    return str(resource_id).rstrip("/").rpartition("/")[2].lower()


def same_role(left: Any, right: Any) -> bool:
    """Whether two ids name the same role; Azure writes one role under several scopes."""
    return guid_of(left) == guid_of(right)


def definition(client: AzureClients, resource_id: str) -> Json | None:
    """A role definition by its full id, or ``None``."""
    operation = Operation("RoleDefinitions.get_by_id", f'role "{resource_id}"',
                          "Microsoft.Authorization/roleDefinitions/read", reads=True)
    return found(lambda: client.arm.get(operation, resource_id, AUTHORIZATION))


def definition_named(client: AzureClients, scope: str, name: str) -> Json:
    """The role of that name at *scope*.

    Raises:
        ProviderError: There is none, or several.
    """
    operation = Operation("RoleDefinitions.list", f'role "{name}" at "{scope}"',
                          "Microsoft.Authorization/roleDefinitions/read", reads=True)
    query = {"$filter": f"roleName eq '{name.replace(chr(39), chr(39) * 2)}'"}
    roles = [role for role in client.arm.pages(operation, scope.rstrip("/") + DEFINITIONS,
                                               AUTHORIZATION, **query)
             if role["properties"]["roleName"].lower() == name.lower()]
    if len(roles) != 1:
        raise ProviderError(
            ErrorClass.NOT_FOUND if not roles else ErrorClass.INVALID, "Role not found",
            f'There {"is no role" if not roles else f"are {len(roles)} roles"} of the name '
            f'"{name}" at "{scope}".', attribute="role_definition_name")
    return roles[0]


def wait_steady(check: Callable[[], bool], ctx: StepContext, times: int, subject: str, *,
                sandbox: bool) -> None:
    """Wait until *check* has held so often in a row; the double changes at once.

    Raises:
        ProviderError: It did not within the time.
    """
    wanted = 1 if sandbox else times
    good = 0

    def look() -> None:
        nonlocal good
        good = good + 1 if check() else 0
        if good < wanted:
            raise ProviderError(
                ErrorClass.NOT_YET, "Change not visible yet",
                f"Azure does not show the change of {subject} everywhere yet.",
                hint="Apply again in a few minutes; what was done is recorded.")

    retry(look, ctx, frozenset({ErrorClass.NOT_YET}), STEADY_SECONDS,
          first=0.05 if sandbox else PAUSE_SECONDS)
