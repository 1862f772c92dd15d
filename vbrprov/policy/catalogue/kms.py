"""Actions of AWS KMS, for disks that are encrypted by default."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_awskeymanagementservice.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "kms:Encrypt": (Level.KEY, "Encrypt data keys of the appliance's disk"),
    "kms:Decrypt": (Level.KEY, "Decrypt data keys of the appliance's disk"),
    "kms:ReEncrypt*": (Level.KEY, "Move data keys of the disk to another key"),
    "kms:GenerateDataKey*": (Level.KEY, "Make data keys for the disk"),
    "kms:DescribeKey": (Level.KEY, "Look the key up"),
    "kms:CreateGrant": (Level.KEY, "Let EC2 use the key for the disk"),
}
