"""Policies of NetApp StorageGRID.

Source: https://docs.netapp.com/us-en/storagegrid-119/s3/bucket-and-group-access-policies.html
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class StorageGrid(IamDialect):
    """StorageGRID's policies are those of groups, and of buckets."""

    vendor = "storagegrid"
    title = "StorageGRID"
    doc = "The policy of a group that holds Veeam's user; users have none of their own."
    source = "https://docs.netapp.com/us-en/storagegrid-119/s3/bucket-and-group-access-policies.html"
    account = (r"\d{20}", "27233906934684427525")
    no_iam = "StorageGRID manages users through the Tenant Management API only."
    no_tls_key = "it does not know aws:SecureTransport; allow TLS alone at the endpoint"
    no_mfa_key = "it does not know aws:MultiFactorAuthPresent"
    if_exists = False
    attach = "group"
    tools = ()
    limit = managed_limit = 5120
    unit = "bytes"
    identity_notes = ("A change of a group's policy may take 15 minutes to hold.",)
