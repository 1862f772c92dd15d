"""Permissions of Google Cloud IAM."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = "https://cloud.google.com/iam/docs/permissions-reference"

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "iam.serviceAccounts.create": (Level.ACCOUNT, "Make a service account for each agent"),
    "iam.serviceAccounts.delete": (Level.ACCOUNT, "Remove the account of an agent that is gone"),
    "iam.serviceAccounts.get": (Level.ACCOUNT, "See whether an agent has an account"),
    "iam.serviceAccounts.list": (Level.ACCOUNT, "Find the accounts of agents"),
}
