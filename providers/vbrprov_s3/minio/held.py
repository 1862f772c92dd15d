"""The policies of one of MinIO's users, read through its admin API."""

from __future__ import annotations

import json

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov.sdk.held import HeldPolicies, HeldPolicy
from vbrprov_s3.minio.accounts import policies_of, policy_subject, user_info, user_subject
from vbrprov_s3.session import Clients


def held_policies(client: Clients, user: str | None) -> HeldPolicies:
    """Those attached to a user and to its groups.

    Raises:
        ProviderError: Something cannot be read, or no user is named.
    """
    if not user:
        raise ProviderError(
            ErrorClass.UNSUPPORTED, "User not named",
            "MinIO tells nobody who they are. The provider's keys are those of an administrator.",
            hint="Name the user whose policies are meant with -user=NAME.")
    info = user_info(client, user)
    if info is None:
        raise ProviderError(ErrorClass.NOT_FOUND, "No such user",
                            f"MinIO has no {user_subject(user)}.")
    admin = client.admin()
    names = dict.fromkeys(policies_of(info))
    for group in info.get("memberOf") or ():
        told = admin.get("group", f'group "{group}"', group=str(group))
        names.update(dict.fromkeys(n for n in str(told.get("policy") or "").split(",") if n))
    found = [HeldPolicy(policy_subject(name), json.dumps(admin.get(
        "info-canned-policy", policy_subject(name), name=name, v="2")["Policy"], indent=2))
        for name in names]
    return HeldPolicies(user_subject(user), tuple(found))
