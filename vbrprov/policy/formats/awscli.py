"""Commands for the AWS command line, which most stores with an IAM take too."""

from __future__ import annotations

import json
import shlex

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    text = shlex.quote(json.dumps(document.body, separators=(",", ":"), ensure_ascii=False))
    name = shlex.quote(request.name)
    where = "" if request.vendor == "aws" else ' --endpoint-url "$ENDPOINT"'
    if document.attach == "bucket":
        bucket = shlex.quote(request.scope.buckets[0])
        return f"aws{where} s3api put-bucket-policy --bucket {bucket} --policy {text}\n"
    if document.attach == "user":
        return (f'aws{where} iam put-user-policy --user-name "$USER_NAME" --policy-name {name} '
                f"--policy-document {text}\n")
    return (f"POLICY_ARN=$(aws{where} iam create-policy --policy-name {name} --policy-document "
            f"{text} --query Policy.Arn --output text)\n"
            f'aws{where} iam attach-user-policy --user-name "$USER_NAME" '
            '--policy-arn "$POLICY_ARN"\n')


FORMAT = PolicyFormat(
    name="awscli", doc="Commands for aws.", kinds=("iam",), write=_write, tool=True,
)
