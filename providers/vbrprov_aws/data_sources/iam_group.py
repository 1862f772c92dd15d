"""aws_iam_group (data): an IAM group that exists."""

from __future__ import annotations

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
from vbrprov_aws.iam.members import users_of
from vbrprov_aws.resources.iam_group import IamGroup, IamGroupModel


class IamGroupDataModel(Model):
    """Arguments and attributes of the data source ``aws_iam_group``."""

    group_name: str = attribute(doc="Name of the group.", required=True)
    id: str | None = computed_attribute(doc="Name of the group.")
    arn: str | None = computed_attribute(doc="ARN of the group.")
    unique_id: str | None = computed_attribute(doc="Id of the group that is never used again.")
    path: str | None = computed_attribute(doc="Path of the group.")
    users: list[str] | None = computed_attribute(doc="Names of its users.")


class IamGroupData(DataSource[IamGroupDataModel, AwsClients]):
    """Looks an IAM group up without managing it."""

    type_name = "aws_iam_group"
    model = IamGroupDataModel
    doc = "An IAM group that exists."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html"

    def read(self, client: AwsClients, config: IamGroupDataModel,
             ctx: StepContext) -> IamGroupDataModel:
        """Ask IAM."""
        found = IamGroup().read(client, IamGroupModel(name=config.group_name), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Group not found",
                                f'There is no group "{config.group_name}" in the account.',
                                attribute="group_name")
        return config.copy(
            id=found.id, arn=found.arn, unique_id=found.unique_id,
            path=found.path,
            users=sorted(users_of(client, config.group_name)))
