"""Error codes of Azure Resource Manager and what they mean to the engine.

Sources:
    https://learn.microsoft.com/en-us/rest/api/storagerp/srp_error_codes_common
    https://learn.microsoft.com/en-us/rest/api/storagerp/srp_error_codes_create_storage_account
    https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors
    https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/error-storage-account-name
    https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting
    https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from vbrprov.sdk import ErrorClass

_BY_CLASS: Final[Mapping[ErrorClass, str]] = {
    ErrorClass.NOT_FOUND: (
        "ResourceNotFound ResourceGroupNotFound ParentResourceNotFound ContainerNotFound "
        "ManagementPolicyNotFound RoleDefinitionDoesNotExist RoleAssignmentNotFound LockNotFound "
        "DeletedAccountNotFound"),
    ErrorClass.EXISTS: (
        "StorageAccountAlreadyExists StorageAccountAlreadyTaken "
        "StorageAccountInAnotherResourceGroup ContainerAlreadyExists InvalidResourceLocation "
        "InvalidResourceGroupLocation RoleAssignmentExists RoleDefinitionWithSameNameExists"),
    ErrorClass.THROTTLED: (
        "TooManyRequests ResourceCollectionRequestsThrottled SubscriptionRequestsThrottled "
        "ResourceRequestsThrottled OperationThrottled ServerBusy"),
    ErrorClass.CONFLICT: (
        "StorageAccountOperationInProgress StorageAccountBeingCreated "
        "StorageAccountIsNotProvisioned AnotherOperationInProgress PendingTransactionAlreadyExists "
        "ResourceGroupBeingDeleted ContainerBeingDeleted ContainerOperationInProgress "
        "RetryableError PreconditionFailed ConditionNotMet ContainerImmutabilityPolicyFailure"),
    ErrorClass.NOT_YET: "PrincipalNotFound",
    ErrorClass.DENIED: (
        "AuthorizationFailed LinkedAuthorizationFailed AuthenticationFailed "
        "InvalidAuthenticationToken InvalidAuthenticationTokenTenant ExpiredAuthenticationToken "
        "AuthenticationFailedMissingToken SubscriptionDisabled ReadOnlyDisabledSubscription "
        "RequestDisallowedByPolicy DisallowedByPolicy"),
    ErrorClass.INVALID: "SubscriptionNotFound InvalidSubscriptionId",
    ErrorClass.LOCKED: (
        "ScopeLocked AccountProtectedFromDeletion ContainerImmutabilityPolicyLocked "
        "ContainerHasLegalHold ContainerImmutableStorageWithVersioningEnabled "
        "ImmutabilityPolicyDeleteOnLockedPolicy"),
    ErrorClass.UNSUPPORTED: "FeatureNotSupportedForAccount MissingSubscriptionRegistration",
}

CODES: Final[Mapping[str, ErrorClass]] = {
    code: kind for kind, codes in _BY_CLASS.items() for code in codes.split()}

#: A 404 says that an object is gone only in a code such as these. Any other one may come from a
#: wrong address, a proxy, or a subscription or tenant that the identity cannot see.
GONE: Final = re.compile(
    r"(?!Subscription|Tenant|Api|Provider|ResourceType|Location|Principal)\w+"
    r"(NotFound|DoesNotExist)")

#: Codes of a login that is not accepted, as opposed to a right that is missing.
BAD_LOGIN: Final = frozenset({
    "InvalidAuthenticationToken", "InvalidAuthenticationTokenTenant", "ExpiredAuthenticationToken",
    "AuthenticationFailed", "AuthenticationFailedMissingToken"})
#: Codes by which a policy of the organisation refuses.
BY_POLICY: Final = frozenset({"RequestDisallowedByPolicy", "DisallowedByPolicy"})
