"""Roles that Azure defines itself; Veeam's pages name them instead of actions."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage"

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "Storage Account Contributor": (
        Level.BUILT_IN_ROLE, "Read the settings of the account, and its keys"),
    "Storage Blob Data Contributor": (
        Level.BUILT_IN_ROLE, "Read, write and delete backups"),
    "Storage Blob Data Owner": (
        Level.BUILT_IN_ROLE, "Lock backups and change who may use them"),
}

#: Ids of these roles, the same in every tenant.
IDS: Final[dict[str, str]] = {
    "Storage Account Contributor": "17d1049b-9a84-46fb-8f53-869881c3d3ab",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
}
