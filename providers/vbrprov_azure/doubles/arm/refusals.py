"""What the double refuses, with code, status and where that is from.

INFER marks codes that no page names for the case: the rule is documented, the word is our guess,
and no code of vbrprov depends on the word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_SRP: Final = "https://learn.microsoft.com/en-us/rest/api/storagerp/srp_error_codes_common"
_CREATE: Final = ("https://learn.microsoft.com/en-us/rest/api/storagerp/"
                  "srp_error_codes_create_storage_account")
_NAME: Final = ("https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/"
                "error-storage-account-name")
_ARM: Final = ("https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/"
               "common-deployment-errors")
_BLOB: Final = ("https://learn.microsoft.com/en-us/rest/api/storageservices/"
                "blob-service-error-codes")
_COMMON: Final = ("https://learn.microsoft.com/en-us/rest/api/storageservices/"
                  "common-rest-api-error-codes")
_RBAC: Final = ("https://learn.microsoft.com/en-us/azure/role-based-access-control/"
                "troubleshooting")
_WORM: Final = ("https://learn.microsoft.com/en-us/azure/storage/blobs/"
                "immutable-version-level-worm-policies")
_HOLD: Final = "https://github.com/MicrosoftDocs/feedback/issues/1844"
_ETAG: Final = "https://github.com/pulumi/pulumi-azure-native/issues/2156"
_LOCK: Final = ("https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/"
                "lock-resources")
_FEATURES: Final = ("https://learn.microsoft.com/en-us/azure/storage/blobs/"
                    "storage-feature-support-in-storage-accounts")


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its status, and its source."""

    status: int
    source: str


CODES: Final[Mapping[str, Code]] = {
    "AccountNameInvalid": Code(400, _NAME),
    "AccountPropertyCannotBeSet": Code(400, _CREATE),
    "AccountPropertyCannotBeUpdated": Code(400, _CREATE),
    "AccountProtectedFromDeletion": Code(409, _COMMON),
    "AuthenticationFailedMissingToken": Code(401, _ARM),
    "AuthorizationFailed": Code(403, _ARM),
    "ContainerHasLegalHold": Code(409, _HOLD),
    "ContainerBeingDeleted": Code(409, _BLOB),
    "ContainerImmutabilityPolicyFailure": Code(412, _ETAG),
    "ContainerImmutabilityPolicyLocked": Code(409, _HOLD),
    "ContainerImmutableStorageWithVersioningEnabled": Code(
        409, "https://github.com/Azure/azure-sdk-for-python/issues/22255"),
    "ContainerNotFound": Code(404, _BLOB),
    "FeatureNotSupportedForAccount": Code(400, f"INFER; the rules: {_FEATURES}"),
    "ImmutabilityNeedsVersioning": Code(400, f"INFER; the rule: {_WORM}"),
    "InternalServerError": Code(500, _SRP),
    "InvalidAccessTier": Code(400, _CREATE),
    "InvalidAccountType": Code(400, _CREATE),
    "InvalidApiVersionParameter": Code(400, _ARM),
    "InvalidRequestContent": Code(400, _ARM),
    "InvalidRequestPropertyValue": Code(400, f"INFER; the rules are the tables of {_SRP}"),
    "InvalidResourceGroupLocation": Code(409, _ARM),
    "InvalidResourceLocation": Code(409, _NAME),
    "InvalidResourceName": Code(400, _COMMON),
    "LocationNotValid": Code(400, _CREATE),
    "LockNotFound": Code(404, f"INFER; {_LOCK}"),
    "ManagementPolicyNotFound": Code(
        404, "https://github.com/Azure/azure-sdk-for-net: tests of its management policies"),
    "PrincipalNotFound": Code(400, _RBAC),
    "PublicAccessNotPermitted": Code(409, _COMMON),
    "ResourceGroupBeingDeleted": Code(409, _ARM),
    "ResourceGroupNotFound": Code(404, _ARM),
    "ResourceNotFound": Code(404, _SRP),
    "RoleAssignmentExists": Code(409, _RBAC),
    "RoleAssignmentNotFound": Code(404, f"INFER; {_RBAC}"),
    "RoleAssignmentUpdateNotPermitted": Code(400, _RBAC),
    "RoleDefinitionDoesNotExist": Code(404, _RBAC),
    "RoleDefinitionHasAssignments": Code(400, _RBAC),
    "RoleDefinitionWithSameNameExists": Code(409, _RBAC),
    "InvalidRoleDefinition": Code(400, f"INFER; {_RBAC}"),
    "ScopeLocked": Code(409, _LOCK),
    "StorageAccountAlreadyTaken": Code(409, _NAME),
    "StorageAccountInAnotherResourceGroup": Code(409, _NAME),
    "StorageAccountIsNotProvisioned": Code(409, _SRP),
    "StorageAccountOperationInProgress": Code(409, _SRP),
    "StorageAccountTypeConversionNotAllowed": Code(400, _CREATE),
    "SubscriptionNotFound": Code(404, _SRP),
    "TooManyRequests": Code(429, _SRP),
    "TooManyTags": Code(400, _CREATE),
}


class Refused(Exception):  # noqa: N818  # named by what happened, as the answer says it
    """The double refuses a request."""

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status or CODES[code].status

    def body(self) -> dict[str, Any]:
        """The error as Azure words it."""
        return {"error": {"code": self.code, "message": self.message}}
