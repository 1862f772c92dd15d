"""Custom roles of Google Cloud.

Source: https://cloud.google.com/iam/docs/creating-custom-roles
"""

from __future__ import annotations

import re

from vbrprov.sdk import PolicyDialect, PolicyDocument, PolicyError, PolicyRequest


class Google(PolicyDialect):
    """A custom role for the service account that owns the HMAC key, or for the appliance's."""

    vendor = "google"
    title = "Google Cloud Storage"
    family = "google"
    bucket_rules = "google"
    doc = "A custom role, granted on the bucket or the project."
    source = "https://cloud.google.com/iam/docs/creating-custom-roles"

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """The role; where it is granted is said in a note, since a role does not hold it."""
        for argument in ("principals", "tls_only", "mfa_free", "hardened"):
            if getattr(request, argument):
                raise PolicyError(argument, "Not known to the vendor",
                                  f"A role of Google Cloud lists permissions; it cannot hold "
                                  f"{argument}.", "Leave it out.")
        permissions = [need.action for need in request.needs]
        outside = [p for p in permissions if p.startswith(("iam.", "storage.hmacKeys."))
                   or p == "storage.buckets.list"]
        body = {
            "title": re.sub(r"[-_]", " ", request.name),
            "description": f"Permissions of Veeam Backup & Replication, purpose {request.purpose}",
            "stage": "GA",
            "includedPermissions": permissions,
        }
        where = (f"Grant it on the project: it holds {', '.join(outside)}, which no bucket can "
                 "grant." if outside else "Grant it on the bucket.")
        return PolicyDocument("google_role", body, "role", {p: (p,) for p in permissions}, (where,))
