"""Add a lifecycle rule to the sandbox's bucket by hand, as somebody in the AWS console would."""

import json
import subprocess
import sys

BUCKET = "quickstart-agents-backup"


def main() -> None:
    """Find the sandbox and change the bucket there."""
    import boto3

    status = subprocess.run(
        [sys.executable, "-m", "vbrprov", "sandbox", "status", "-json"], check=True,
        capture_output=True, text=True)
    aws = json.loads(status.stdout)["endpoints"]["aws"]
    client = boto3.client(
        "s3", endpoint_url=aws["endpoint"], region_name=aws["region"],
        aws_access_key_id=aws["access_key"], aws_secret_access_key=aws["secret_key"])
    client.put_bucket_lifecycle_configuration(
        Bucket=BUCKET,
        LifecycleConfiguration={"Rules": [{
            "ID": "delete-after-30-days", "Status": "Enabled", "Filter": {"Prefix": ""},
            "Expiration": {"Days": 30}}]})
    sys.stdout.write(f"Somebody added a lifecycle rule to {BUCKET}.\n")


if __name__ == "__main__":
    main()
