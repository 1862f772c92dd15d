"""A template of AWS CloudFormation."""

from __future__ import annotations

import json
from typing import Any

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    template: dict[str, Any] = {"AWSTemplateFormatVersion": "2010-09-09"}
    if document.attach == "bucket":
        template["Resources"] = {"VeeamPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": request.scope.buckets[0], "PolicyDocument": document.body}}}
    else:
        template["Parameters"] = {"UserName": {
            "Type": "String", "Description": "The user that Veeam signs in as."}}
        template["Resources"] = {"VeeamPolicy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"ManagedPolicyName": request.name, "PolicyDocument": document.body,
                           "Users": [{"Ref": "UserName"}]}}}
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


FORMAT = PolicyFormat(
    name="cloudformation", doc="A template of AWS CloudFormation.", kinds=("iam",), write=_write,
    tool=True,
)
