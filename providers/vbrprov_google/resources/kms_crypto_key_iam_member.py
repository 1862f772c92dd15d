"""google_kms_crypto_key_iam_member: one member of one role of a key of Cloud KMS."""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov.sdk import attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.grants import VERSION, Grant, GrantModel, Holder

_NAME: Final = re.compile(
    r"projects/([^/]+)/locations/([^/]+)/keyRings/([^/]+)/cryptoKeys/([^/]+)"
    r"|([^/]+)/([^/]+)/([^/]+)/([^/]+)")


def key_name(text: str) -> str:
    """The full name of a key, from that or from PROJECT/LOCATION/RING/KEY."""
    if text.startswith("projects/"):
        return text
    project, location, ring, key = text.split("/")
    return f"projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}"


def _check(value: Any) -> str | None:
    if not _NAME.fullmatch(value):
        return ("A key is named projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY, "
                "or PROJECT/LOCATION/RING/KEY.")
    return None


def _same(one: Any, other: Any) -> bool:
    return key_name(one) == key_name(other)


class KmsCryptoKeyIamMemberModel(GrantModel):
    """Arguments and attributes of ``google_kms_crypto_key_iam_member``."""

    crypto_key_id: str = attribute(doc="Name of the key.", required=True, replace_on_change=True,
                                   validators=(_check,), same=_same)


class KmsCryptoKeyIamMember(Grant[KmsCryptoKeyIamMemberModel]):
    """A grant on a key: what the service agent of Cloud Storage needs before the bucket is made."""

    type_name = "google_kms_crypto_key_iam_member"
    model = KmsCryptoKeyIamMemberModel
    doc = "A role on a key of Cloud KMS, granted to one member."
    source = ("https://docs.cloud.google.com/kms/docs/reference/rest/v1/"
              "projects.locations.keyRings.cryptoKeys/setIamPolicy")
    target = ("crypto_key_id",)

    def holder(self, client: GoogleClients, model: KmsCryptoKeyIamMemberModel) -> Holder:
        """The key."""
        name = key_name(model.crypto_key_id)
        return Holder(
            subject=f'the policy of key "{name}"', permission="cloudkms.cryptoKeys",
            get=("GET", "cloudkms", f"{name}:getIamPolicy"),
            set=("POST", "cloudkms", f"{name}:setIamPolicy"),
            query={"options.requestedPolicyVersion": VERSION})
