"""Policies of 11:11 Cloud Object Storage.

Source: https://helpcenter.veeam.com/docs/vbr/userguide/1111_storage_details.html
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class ElevenEleven(IamDialect):
    """The vendor publishes nothing on policies, so this is AWS's language in its plainest form."""

    vendor = "eleven_eleven"
    title = "11:11 Cloud Object Storage"
    doc = "AWS's language; the vendor publishes nothing on policies."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/1111_storage_details.html"
    if_exists = False
    notes = ("11:11 publishes nothing on policies. This is what AWS would take; try it before "
             "relying on it.",)
