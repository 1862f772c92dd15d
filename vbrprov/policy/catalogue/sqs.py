"""Actions of Amazon SQS."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "sqs:*": (Level.ACCOUNT, "Exchange messages with the agents on machines"),
}
