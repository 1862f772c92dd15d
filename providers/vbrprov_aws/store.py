"""Amazon S3 as the code that the S3 family shares sees it."""

from __future__ import annotations

from typing import Final

from vbrprov_aws.errors import S3
from vbrprov_s3.store import Store

#: The region whose name CreateBucket refuses as a location.
HOME_REGION: Final = "us-east-1"


#: Blocks that every bucket gets, and the facets that they are.
_DEFAULTS: Final = {"public_access_block": "public_access_block",
                    "ownership_controls": "ownership_controls",
                    "server_side_encryption_configuration": "encryption"}


def aws_store(partition: str, suffix: str = "amazonaws.com",
              skipped: frozenset[str] = frozenset()) -> Store:
    """The store of one partition, with the suffix of its host names, but for *skipped* facets."""

    def names(bucket: str, region: str) -> dict[str, str]:
        return {
            "id": bucket, "bucket": bucket, "region": region,
            "arn": f"arn:{partition}:s3:::{bucket}",
            "bucket_domain_name": f"{bucket}.s3.amazonaws.com",
            "bucket_regional_domain_name": f"{bucket}.s3.{region}.{suffix}",
        }

    return Store(
        service=S3, names=names,
        location=lambda region: None if region == HOME_REGION else region,
        # Public access is blocked and everything encrypted on buckets since 2023, so that these
        # are stated rather than changed.
        defaults=frozenset(name for name, facet in _DEFAULTS.items() if facet not in skipped),
        lock_later=True,
        skip_hint="Amazon has this setting; the store at the provider's endpoint has not. Add "
                  '"{facet}" to skip_bucket_facets of the provider, or use the provider s3.')
