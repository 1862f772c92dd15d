"""aws_iam_principal_policy_simulation: whether IAM would allow what somebody is about to do."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    DataSource,
    Model,
    StepContext,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.values import BOOL, STRING, ListT, ObjectT, SetT
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.calls import pages

_RESULTS = ListT(ObjectT({"action_name": STRING, "resource_arn": STRING, "decision": STRING,
                          "allowed": BOOL}))


class ContextBlock(Model):
    """A context key of the simulated requests."""

    key: str = attribute(doc="Context key, such as aws:SecureTransport.", required=True)
    type: str = attribute(
        doc="Type of the values.", required=True,
        choices=("string", "stringList", "numeric", "numericList", "boolean", "booleanList", "ip",
                 "ipList", "binary", "binaryList", "date", "dateList"))
    values: list[str] = attribute(doc="Values.", required=True)


class IamPrincipalPolicySimulationModel(Model):
    """Arguments and attributes of ``aws_iam_principal_policy_simulation``."""

    policy_source_arn: str = attribute(doc="ARN of the user, group or role.", required=True)
    action_names: list[str] = attribute(doc="Actions, such as s3:PutObject.", required=True,
                                        type=SetT(STRING))
    resource_arns: list[str] | None = attribute(doc="What they are done to; anything when left "
                                                    "out.", default=None, type=SetT(STRING))
    caller_arn: str | None = attribute(doc="ARN of the user who calls, if it is another one.",
                                       default=None)
    additional_policies_json: list[str] | None = attribute(
        doc="Policies that are to count as well.", default=None)
    context: list[ContextBlock] = block(doc="Context of the requests.", default=None)
    all_allowed: bool | None = computed_attribute(doc="Whether each action is allowed.")
    results: list[dict[str, Any]] | None = computed_attribute(
        doc="The decision for each action and resource.", type=_RESULTS)
    id: str | None = computed_attribute(doc="The policy source.")


class IamPrincipalPolicySimulation(DataSource[IamPrincipalPolicySimulationModel, AwsClients]):
    """Asks IAM itself, before VBR meets a missing permission in the middle of a backup.

    IAM simulates identity policies and boundaries; bucket policies do not count.
    """

    type_name = "aws_iam_principal_policy_simulation"
    model = IamPrincipalPolicySimulationModel
    doc = "What IAM would allow an identity to do."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html"

    def read(self, client: AwsClients, config: IamPrincipalPolicySimulationModel,
             ctx: StepContext) -> IamPrincipalPolicySimulationModel:
        """Simulate."""
        parameters: dict[str, Any] = {
            "PolicySourceArn": config.policy_source_arn, "ActionNames": sorted(config.action_names),
            "ResourceArns": sorted(config.resource_arns or []), "CallerArn": config.caller_arn,
            "PolicyInputList": config.additional_policies_json,
            "ContextEntries": [
                {"ContextKeyName": entry.key, "ContextKeyType": entry.type,
                 "ContextKeyValues": entry.values} for entry in config.context]}
        given = {name: value for name, value in parameters.items() if value}
        found = list(pages(client.iam().simulate_principal_policy, "EvaluationResults",
                           config.policy_source_arn, **given))
        results = [
            {"action_name": entry["EvalActionName"],
             "resource_arn": entry.get("EvalResourceName", "*"),
             "decision": entry["EvalDecision"], "allowed": entry["EvalDecision"] == "allowed"}
            for entry in found]
        return config.copy(
            id=config.policy_source_arn, results=results,
            all_allowed=bool(results) and all(entry["allowed"] for entry in results))
