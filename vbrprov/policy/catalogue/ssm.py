"""Actions of AWS Systems Manager."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_awssystemsmanager.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "ssm:DescribeInstanceInformation": (Level.ACCOUNT, "See which machines take commands"),
    "ssm:GetCommandInvocation": (Level.ACCOUNT, "Read what came of a command"),
    "ssm:SendCommand": (Level.ACCOUNT, "Install the agent on a machine"),
    "ssm:UpdateManagedInstanceRole": (Level.ACCOUNT, "Let a machine take commands"),
}
