"""Access policies of IBM Cloud Object Storage: a custom role, and policies that grant it.

Sources:
    https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-iam
    https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-ol-overview
    https://cloud.ibm.com/apidocs/iam-policy-management
"""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov.sdk import PolicyDialect, PolicyDocument, PolicyError, PolicyRequest

_SERVICE: Final = "cloud-object-storage"
_BUCKET: Final = f"{_SERVICE}.bucket."
_OBJECT: Final = f"{_SERVICE}.object."

#: IBM's actions are those of single calls, so one of S3's may be several.
_ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "s3:ListAllMyBuckets": (f"{_SERVICE}.account.get_account_buckets",),
    "s3:ListBucket": (f"{_BUCKET}get", f"{_BUCKET}head"),
    "s3:GetBucketLocation": (f"{_BUCKET}get_location",),
    "s3:GetBucketVersioning": (f"{_BUCKET}get_versioning",),
    "s3:GetBucketObjectLockConfiguration": (f"{_BUCKET}get_object_lock_configuration",),
    "s3:ListBucketVersions": (f"{_BUCKET}get_versions",),
    "s3:CreateBucket": (f"{_BUCKET}put_bucket",),
    "s3:DeleteBucket": (f"{_BUCKET}delete_bucket",),
    "s3:GetObject": (f"{_OBJECT}get", f"{_OBJECT}head"),
    "s3:PutObject": (f"{_OBJECT}put", f"{_OBJECT}post_initiate_upload", f"{_OBJECT}put_part",
                     f"{_OBJECT}post_complete_upload"),
    "s3:DeleteObject": (f"{_OBJECT}delete", f"{_OBJECT}post_multi_delete"),
    "s3:GetObjectVersion": (f"{_OBJECT}get_version", f"{_OBJECT}head_version"),
    "s3:DeleteObjectVersion": (f"{_OBJECT}delete_version",),
    "s3:GetObjectRetention": (f"{_OBJECT}get_object_lock_retention",
                              f"{_OBJECT}get_object_lock_retention_version"),
    "s3:PutObjectRetention": (f"{_OBJECT}put_object_lock_retention",
                              f"{_OBJECT}put_object_lock_retention_version"),
    "s3:GetObjectLegalHold": (f"{_OBJECT}get_object_lock_legal_hold",
                              f"{_OBJECT}get_object_lock_legal_hold_version"),
    "s3:PutObjectLegalHold": (f"{_OBJECT}put_object_lock_legal_hold",
                              f"{_OBJECT}put_object_lock_legal_hold_version"),
    "s3:RestoreObject": (f"{_OBJECT}restore",),
    "s3:AbortMultipartUpload": (f"{_OBJECT}delete_upload",),
}
#: What no bucket can grant.
_INSTANCE: Final = (f"{_SERVICE}.account.get_account_buckets",)
_LISTINGS: Final = (f"{_BUCKET}get", f"{_BUCKET}get_versions")
_ACCOUNT: Final = re.compile(r"[0-9a-f]{32}")
_NAME: Final = re.compile(r"[^A-Za-z0-9]")


class Ibm(PolicyDialect):
    """No document of S3's: IAM grants roles on a bucket.

    The predefined role Writer may bypass locks of mode GOVERNANCE; a custom role does without.
    """

    vendor = "ibm"
    title = "IBM Cloud Object Storage"
    family = "s3"
    doc = "A custom role, and access policies that grant it to a service id on buckets."
    source = "https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-iam"

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """Roles, and a policy a bucket for each.

        What holds in a folder alone, and what only the whole instance can grant, are roles of their
        own: IBM's conditions do not go with other actions.
        """
        self._check(request)
        spelling = {need.action: _ACTIONS[need.action] for need in request.needs}
        actions = list(dict.fromkeys(name for names in spelling.values() for name in names))
        account = request.scope.account or "<account id>"
        within = [a for a in actions if a in _LISTINGS or a.startswith(_OBJECT)]
        parts = [("", [a for a in actions if a not in _INSTANCE], self._buckets(request), False)]
        if request.scope.folder:
            parts = [("", [a for a in actions if a not in (*within, *_INSTANCE)],
                      self._buckets(request), False),
                     ("folder", within, self._buckets(request), True)]
        browsing = [a for a in actions if a in _INSTANCE]
        if browsing:
            parts.append(("browse", browsing, ("",), False))
        roles, policies = [], []
        for part, granted, buckets, folder in parts:
            shown = f"{request.name}-{part}" if part else request.name
            role = "".join(word.capitalize() for word in _NAME.split(shown))
            roles.append(_role(role, shown, account, granted))
            policies += [_policy(request, role, account, bucket, folder) for bucket in buckets]
        notes = ["Make the key with HMAC and role NONE: a role of the key would hold for all "
                 "buckets of the instance."]
        if request.scope.child_buckets:
            notes.append("Child buckets get names that cannot be foreseen, so the policy is for "
                         "all buckets of the instance: use one that holds no others.")
        if not request.scope.account or not request.scope.instance:
            notes.append("Put the ids of account and service instance in (account_id, "
                         "instance_id).")
        return PolicyDocument("ibm", {"roles": roles, "policies": policies}, "service_id",
                              spelling, tuple(notes))

    def _check(self, request: PolicyRequest) -> None:
        account = request.scope.account
        if account and not _ACCOUNT.fullmatch(account):
            raise PolicyError("account_id", "Bad account",
                              f'"{account}" is no account of IBM Cloud; one has 32 hexadecimal '
                              "digits.")
        for argument, why in (
                ("principals", "has no bucket policies that grant permissions"),
                ("tls_only", "asks for TLS by context-based restrictions, not in a policy"),
                ("mfa_free", "knows no sessions with MFA for HMAC keys"),
                ("hardened", "has no policies that deny; the custom role leaves out what Veeam "
                             "never needs")):
            if getattr(request, argument):
                raise PolicyError(argument, "Not known to the vendor", f"{self.title} {why}.")
        strange = [n.action for n in request.needs if n.action not in _ACTIONS]
        if strange:
            raise PolicyError(
                "agent_access", "Vendor has no IAM",
                "IBM Cloud has no IAM and STS like those of AWS, so the backup server cannot make "
                "users for agents there.",
                'Let agents reach it by agent_access = "backup_server" or "shared".')

    def _buckets(self, request: PolicyRequest) -> tuple[str, ...]:
        return ("",) if request.scope.child_buckets else request.scope.buckets


def _role(name: str, shown: str, account: str, actions: list[str]) -> dict[str, Any]:
    return {"name": name, "display_name": shown, "account_id": account,
            "service_name": _SERVICE, "actions": actions}


def _policy(request: PolicyRequest, role: str, account: str, bucket: str,
            folder: bool) -> dict[str, Any]:
    attributes = [("accountId", account), ("serviceName", _SERVICE),
                  ("serviceInstance", request.scope.instance or "<instance id>")]
    if bucket:
        attributes += [("resourceType", "bucket"), ("resource", bucket)]
    out: dict[str, Any] = {
        "type": "access",
        "control": {"grant": {"roles": [{"role_id": (
            f"crn:v1:bluemix:public:iam-access-management::a/{account}::customRole:{role}")}]}},
        "resource": {"attributes": [
            {"key": key, "operator": "stringEquals", "value": value} for key, value in attributes]},
    }
    if folder:
        scope = request.scope
        paths = [f"Veeam/{tier}/{scope.folder}/*" for tier in scope.tiers]
        prefixes = ["Veeam/", *(f"Veeam/{tier}/" for tier in scope.tiers), *paths]
        out["pattern"] = "attribute-based-condition:resource:literal-and-wildcard"
        out["rule"] = {"operator": "or", "conditions": [
            {"key": "{{resource.attributes.prefix}}", "operator": "stringMatchAnyOf",
             "value": prefixes},
            {"key": "{{resource.attributes.path}}", "operator": "stringMatchAnyOf",
             "value": paths}]}
    return out
