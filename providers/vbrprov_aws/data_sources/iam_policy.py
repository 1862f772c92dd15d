"""aws_iam_policy (data): a managed policy that exists, Amazon's own included."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Model,
    ProviderError,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.resources.iam_policy import IamPolicy, IamPolicyModel
from vbrprov_s3.iam.calls import pages


class IamPolicyDataModel(Model):
    """Arguments and attributes of the data source ``aws_iam_policy``."""

    arn: str | None = attribute(doc="ARN of the policy; or name.", default=None, computed=True)
    name: str | None = attribute(doc="Name of the policy; or arn.", default=None, computed=True)
    path_prefix: str | None = attribute(doc="Beginning of the path, where names are searched.",
                                        default=None)
    id: str | None = computed_attribute(doc="ARN of the policy.")
    path: str | None = computed_attribute(doc="Path of the policy.")
    policy_id: str | None = computed_attribute(doc="Id of the policy that is never used again.")
    description: str | None = computed_attribute(doc="What it is for.")
    policy: str | None = computed_attribute(doc="The document in force, as JSON.")
    tags: dict[str, str] | None = computed_attribute(doc="All tags of the policy.")


class IamPolicyData(DataSource[IamPolicyDataModel, AwsClients]):
    """Finds one policy by ARN or by name."""

    type_name = "aws_iam_policy"
    model = IamPolicyDataModel
    doc = "A managed IAM policy that exists."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html"

    def read(self, client: AwsClients, config: IamPolicyDataModel,
             ctx: StepContext) -> IamPolicyDataModel:
        """Ask IAM."""
        arn = config.arn or self._arn_of(client, config)
        found = IamPolicy().read(client, IamPolicyModel(arn=arn, policy=""), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Policy not found",
                                f'There is no policy "{arn}".', attribute="arn")
        return config.copy(id=found.arn, arn=found.arn, name=found.name, path=found.path,
                           policy_id=found.policy_id, description=found.description,
                           policy=found.policy, tags=found.tags_all)

    def _arn_of(self, client: AwsClients, config: IamPolicyDataModel) -> str:
        if not config.name:
            raise ProviderError(ErrorClass.INVALID, "Policy not named", "Set arn or name.",
                                attribute="arn")
        prefix: dict[str, Any] = {"PathPrefix": config.path_prefix} if config.path_prefix else {}
        named = [str(entry["Arn"]) for entry in pages(
            client.iam().list_policies, "Policies", f'policy "{config.name}"', **prefix)
            if entry["PolicyName"] == config.name]
        if len(named) == 1:
            return named[0]
        said = f"There are {len(named)} policies" if named else "There is no policy"
        raise ProviderError(
            ErrorClass.NOT_FOUND if not named else ErrorClass.INVALID, "Policy not found",
            f'{said} named "{config.name}".', attribute="name",
            hint="Set arn, or path_prefix." if named else "")
