"""IBM Cloud's REST services as data: tokens, instances, keys, service ids, policies, buckets.

Shapes are those of https://cloud.ibm.com/apidocs/resource-controller/resource-controller,
/iam-identity-token-api, /iam-policy-management and /cos/cos-configuration, as IBM's own SDKs read
them (https://github.com/IBM/platform-services-python-sdk).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

API_KEY: Final = "ibm-api-key-of-the-double"
ACCOUNT: Final = "a0123456789abcdef0123456789abcde"
GROUP: Final = "9f0e7b6c5d4a39281706f5e4d3c2b1a0"
STANDARD: Final = "744bfc56-d12c-4866-88d5-dac9139e0e5d"
LITE: Final = "2fdf0c08-2d32-4f46-84b5-32e0c92fffd8"
COS: Final = "crn:v1:bluemix:public:cloud-object-storage:global"
ROLES: Final = ("Reader", "Writer", "Manager", "ContentReader", "ObjectReader", "ObjectWriter")


class RefusalError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, text: str, shape: str = "errors") -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.shape = status, code, text, shape

    def body(self) -> dict[str, Any]:
        """The error as the service in question writes it."""
        if self.shape == "identity":
            return {"errorCode": self.code, "errorMessage": self.text}
        if self.shape == "controller":
            return {"error_code": self.code, "message": self.text, "status_code": self.status}
        return {"errors": [{"code": self.code, "message": self.text}], "status_code": self.status}


def now() -> str:
    """The time as IBM writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Cloud:
    """One account."""

    def __init__(self, bucket_exists: Callable[[str], bool]) -> None:
        self._bucket_exists = bucket_exists
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.tokens: set[str] = set()
        self.instances: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.serviceids: dict[str, dict[str, Any]] = {}
        self.policies: dict[str, dict[str, Any]] = {}
        self.configurations: dict[str, dict[str, Any]] = {}

    # -- tokens ------------------------------------------------------------------------------

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """A token for the API key."""
        if form.get("grant_type") != "urn:ibm:params:oauth:grant-type:apikey":
            raise RefusalError(400, "BXNIM0109E", "Property missing or empty: 'grant_type'.",
                               "identity")
        if form.get("apikey") != API_KEY:
            raise RefusalError(400, "BXNIM0415E", "Provided API key could not be found.",
                               "identity")
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600,
                "scope": "ibm openid"}

    def check(self, authorization: str) -> None:
        """Refuse a call without a token of ours."""
        if authorization.removeprefix("Bearer ") not in self.tokens:
            raise RefusalError(401, "invalid_token", "The provided token is not valid.")

    # -- resource controller -----------------------------------------------------------------

    def groups(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The default resource group."""
        group = {"id": GROUP, "name": "Default", "account_id": ACCOUNT, "default": True,
                 "crn": f"crn:v1:bluemix:public:resource-controller::a/{ACCOUNT}::"
                        f"resource-group:{GROUP}", "state": "ACTIVE"}
        fits = query.get("account_id") == ACCOUNT and query.get("name", "Default") == "Default"
        return {"resources": [group] if fits else []}

    def add_instance(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """An instance, active at once."""
        for name in ("name", "target", "resource_group", "resource_plan_id"):
            if not body.get(name):
                raise RefusalError(400, "RC-BadRequest", f"{name} is missing", "controller")
        if body["resource_group"] != GROUP:
            raise RefusalError(404, "RC-ResourceGroupNotFound", "no such resource group",
                               "controller")
        if body["resource_plan_id"] not in (STANDARD, LITE):
            raise RefusalError(404, "RC-PlanNotFound", "no such plan", "controller")
        guid = str(uuid.uuid4())
        crn = f"{COS}:a/{ACCOUNT}:{guid}::"
        self.instances[crn] = {
            "id": crn, "crn": crn, "guid": guid, "name": body["name"], "region_id": "global",
            "account_id": ACCOUNT, "resource_plan_id": body["resource_plan_id"],
            "resource_group_id": GROUP, "state": "active", "created_at": now()}
        return self.instances[crn]

    def instance(self, identifier: str) -> dict[str, Any]:
        """The instance of a CRN or GUID."""
        for crn, found in self.instances.items():
            if identifier in (crn, found["guid"]):
                return found
        raise RefusalError(404, "RC-InstanceNotFound", "The instance does not exist.",
                           "controller")

    def list_instances(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Instances by name and plan."""
        found = [i for i in self.instances.values()
                 if query.get("name", i["name"]) == i["name"]
                 and query.get("resource_plan_id", i["resource_plan_id"]) == i["resource_plan_id"]]
        return {"rows_count": len(found), "next_url": None, "resources": found}

    def change_instance(self, identifier: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Rename."""
        found = self.instance(identifier)
        found["name"] = body.get("name", found["name"])
        return found

    def remove_instance(self, identifier: str, recursive: bool) -> None:
        """Delete: the instance waits a week to be reclaimed."""
        found = self.instance(identifier)
        if any(k["source_crn"] == found["crn"] for k in self.keys.values()) and not recursive:
            raise RefusalError(400, "RC-InstanceHasKeys",
                               "The instance has keys; delete them first.", "controller")
        found["state"] = "pending_reclamation"

    def add_key(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Service credentials, with HMAC keys when asked for."""
        instance = self.instance(str(body.get("source", "")))
        parameters = body.get("parameters") or {}
        role = body.get("role")
        if role and not str(role).endswith(tuple(f"serviceRole:{name}" for name in ROLES)):
            raise RefusalError(400, "RC-BadRequest", f"no such role: {role}", "controller")
        guid, owner = str(uuid.uuid4()), parameters.get("serviceid_crn")
        if owner and all(s["crn"] != owner for s in self.serviceids.values()):
            raise RefusalError(400, "RC-BadRequest", "no such service id", "controller")
        crn = f"{COS}:a/{ACCOUNT}:{instance['guid']}:resource-key:{guid}"
        owner = owner or f"crn:v1:bluemix:public:iam-identity::a/{ACCOUNT}::serviceid:auto-{guid}"
        told: dict[str, Any] = {"apikey": secrets.token_urlsafe(32), "iam_serviceid_crn": owner,
                                "resource_instance_id": instance["crn"]}
        if role:
            told["iam_role_crn"] = role
        if parameters.get("HMAC") is True:
            told["cos_hmac_keys"] = {"access_key_id": secrets.token_hex(16),
                                     "secret_access_key": secrets.token_hex(24)}
        self.keys[crn] = {
            "id": crn, "crn": crn, "guid": guid, "name": body["name"], "state": "active",
            "account_id": ACCOUNT, "source_crn": instance["crn"], "role": role,
            "iam_compatible": True, "credentials": told, "created_at": now()}
        return self.keys[crn]

    def key(self, identifier: str) -> dict[str, Any]:
        """The key of a CRN or GUID."""
        for crn, found in self.keys.items():
            if identifier in (crn, found["guid"]):
                return found
        raise RefusalError(404, "RC-KeyNotFound", "The key does not exist.", "controller")

    def keys_of(self, identifier: str) -> dict[str, Any]:
        """The keys of an instance."""
        crn = self.instance(identifier)["crn"]
        return {"next_url": None,
                "resources": [k for k in self.keys.values() if k["source_crn"] == crn]}

    # -- service ids and policies ------------------------------------------------------------

    def add_serviceid(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A service id."""
        if body.get("account_id") != ACCOUNT or not body.get("name"):
            raise RefusalError(400, "BXNIM0109E", "Property missing or empty.")
        name = str(uuid.uuid4())
        identifier = f"ServiceId-{name}"
        self.serviceids[identifier] = {
            "id": identifier, "iam_id": f"iam-{identifier}", "entity_tag": "1-0", "locked": False,
            "crn": f"crn:v1:bluemix:public:iam-identity::a/{ACCOUNT}::serviceid:{identifier}",
            "account_id": ACCOUNT, "name": body["name"], "created_at": now(),
            "description": body.get("description", "")}
        return self.serviceids[identifier]

    def serviceid(self, identifier: str) -> dict[str, Any]:
        """One service id."""
        if identifier not in self.serviceids:
            raise RefusalError(404, "BXNIM0101E", f"{identifier} was not found.")
        return self.serviceids[identifier]

    def change_serviceid(self, identifier: str, tag: str, body: Mapping[str, Any]) -> Any:
        """Change name and description, when the tag is the right one."""
        found = self.serviceid(identifier)
        if tag not in (found["entity_tag"], "*"):
            raise RefusalError(409, "BXNIM0111E", "The entity tag does not match.")
        number = int(found["entity_tag"].split("-")[0]) + 1
        found.update(name=body["name"], description=body.get("description", ""),
                     entity_tag=f"{number}-0")
        return found

    def add_policy(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A policy; no second one about the same."""
        wanted = self._policy(body)
        for found in self.policies.values():
            if self._same(found, wanted):
                raise RefusalError(
                    409, "policy_conflict_error", "The policy wasn't created because an access "
                    f"policy with identical attributes already exists: {found['id']}")
        identifier = str(uuid.uuid4())
        self.policies[identifier] = {**wanted, "id": identifier, "created_at": now(),
                                     "state": "active", "etag": "1-0"}
        return self.policies[identifier]

    def _policy(self, body: Mapping[str, Any]) -> dict[str, Any]:
        names = [a["name"] for r in body.get("resources", []) for a in r["attributes"]]
        if body.get("type") != "access" or not body.get("roles") or "serviceName" not in names:
            raise RefusalError(400, "invalid_body", "type, roles and serviceName are needed.")
        for role in body["roles"]:
            if not role["role_id"].endswith(tuple(f"serviceRole:{name}" for name in ROLES)):
                raise RefusalError(400, "role_not_found", f"no such role: {role['role_id']}")
        return {key: body[key] for key in ("type", "description", "subjects", "roles",
                                           "resources")}

    def _same(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        def about(policy: Mapping[str, Any]) -> list[str]:
            return sorted(f"{a['name']}={a['value']}" for part in ("subjects", "resources")
                          for entry in policy[part] for a in entry["attributes"])

        return about(one) == about(other)

    def policy(self, identifier: str) -> dict[str, Any]:
        """One policy."""
        if identifier not in self.policies:
            raise RefusalError(404, "policy_not_found", f"Policy {identifier} not found.")
        return self.policies[identifier]

    def change_policy(self, identifier: str, tag: str, body: Mapping[str, Any]) -> Any:
        """Replace a policy, when the tag is the right one."""
        found = self.policy(identifier)
        if tag != found["etag"]:
            raise RefusalError(412, "policy_conflict_error", "The etag does not match.")
        found.update(self._policy(body), etag=f"{int(found['etag'].split('-')[0]) + 1}-0")
        return found

    def list_policies(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Policies of one identity."""
        return {"policies": [p for p in self.policies.values() if any(
            a["value"] == query.get("iam_id") for s in p["subjects"] for a in s["attributes"])]}

    # -- configuration of buckets ------------------------------------------------------------

    def configuration(self, bucket: str) -> dict[str, Any]:
        """What is set on a bucket beside S3."""
        if not self._bucket_exists(bucket):
            self.configurations.pop(bucket, None)
            raise RefusalError(404, "NoSuchBucket", "The specified bucket does not exist.")
        return self.configurations.setdefault(bucket, {"name": bucket})

    def configure(self, bucket: str, body: Mapping[str, Any]) -> None:
        """Merge a change."""
        found = self.configuration(bucket)
        unknown = body.keys() - {"hard_quota", "firewall", "activity_tracking",
                                 "metrics_monitoring", "protection_management"}
        if unknown:
            raise RefusalError(400, "InvalidRequest", f"unknown: {', '.join(sorted(unknown))}")
        found.update(body)
