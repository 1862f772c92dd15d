"""Actions of the security token service."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_awssecuritytokenservice.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "sts:GetCallerIdentity": (Level.ACCOUNT, "Find the account that new users belong to"),
}
