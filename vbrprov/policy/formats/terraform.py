"""HCL with the resources that put an IAM policy in place."""

from __future__ import annotations

from vbrprov.policy.formats._hcl import label, policy_document
from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest
from vbrprov.syntax.hclwrite import Body, quoted, write_block


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    name = label(request.name)
    source = f"data.aws_iam_policy_document.{name}.json"
    out = [policy_document(request, document)]
    if document.attach == "bucket":
        out.append(write_block("resource", ["aws_s3_bucket_policy", name], Body({
            "bucket": quoted(request.scope.buckets[0]), "policy": source}, [])))
    else:
        out.append(write_block("resource", ["aws_iam_policy", name], Body({
            "name": quoted(request.name), "policy": source}, [])))
        out.append(write_block("resource", ["aws_iam_user_policy_attachment", name], Body({
            "user": "var.user_name", "policy_arn": f"aws_iam_policy.{name}.arn"}, [])))
        out.append(write_block("variable", ["user_name"], Body({
            "type": "string", "description": quoted("The user that Veeam signs in as.")}, [])))
    return "\n".join(out)


FORMAT = PolicyFormat(
    name="terraform", doc="HCL with the resources that put the policy in place.", kinds=("iam",),
    write=_write, tool=True,
)
