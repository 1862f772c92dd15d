"""What an apply of buckets asks of S3, in a plain loop: the measure for ``buckets.py``.

Usage: ``python bare_buckets.py ENDPOINT COUNT``
"""

import contextlib
import sys
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

READS = (
    "get_bucket_versioning", "get_object_lock_configuration", "get_bucket_encryption",
    "get_public_access_block", "get_bucket_ownership_controls",
    "get_bucket_lifecycle_configuration", "get_bucket_replication",
    "list_bucket_intelligent_tiering_configurations", "get_bucket_tagging")
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
BLOCKED = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls",
                         "RestrictPublicBuckets"), True)


def make(s3: Any, name: str) -> None:
    """One bucket: the calls of the provider, in its order."""
    with contextlib.suppress(ClientError):
        s3.head_bucket(Bucket=name)
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True,
                     ObjectOwnership="BucketOwnerEnforced")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCKED)
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=ENCRYPTION)
    with contextlib.suppress(ClientError):
        s3.get_bucket_tagging(Bucket=name)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": "backup"}]})
    s3.head_bucket(Bucket=name)
    for read in READS:
        with contextlib.suppress(ClientError):
            getattr(s3, read)(Bucket=name)


def main() -> None:
    """All of them, one after the other."""
    endpoint, count = sys.argv[1], int(sys.argv[2])
    s3 = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="AKIABENCH",
        aws_secret_access_key="bench", config=Config(
            retries={"mode": "standard", "max_attempts": 8}, s3={"addressing_style": "path"}))
    for number in range(count):
        make(s3, f"bare-{number}")


if __name__ == "__main__":
    main()
