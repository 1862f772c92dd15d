"""aws_iam_user (data): an IAM user that exists."""

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
from vbrprov_aws.resources.iam_user import IamUser, IamUserModel


class IamUserDataModel(Model):
    """Arguments and attributes of the data source ``aws_iam_user``."""

    user_name: str = attribute(doc="Name of the user.", required=True)
    id: str | None = computed_attribute(doc="Name of the user.")
    arn: str | None = computed_attribute(doc="ARN of the user.")
    unique_id: str | None = computed_attribute(doc="Id of the user that is never used again.")
    path: str | None = computed_attribute(doc="Path of the user.")
    permissions_boundary: str | None = computed_attribute(
        doc="ARN of the policy that limits what the user can be allowed.")
    tags: dict[str, str] | None = computed_attribute(doc="All tags of the user.")


class IamUserData(DataSource[IamUserDataModel, AwsClients]):
    """Looks an IAM user up without managing it."""

    type_name = "aws_iam_user"
    model = IamUserDataModel
    doc = "An IAM user that exists."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html"

    def read(self, client: AwsClients, config: IamUserDataModel,
             ctx: StepContext) -> IamUserDataModel:
        """Ask IAM."""
        found = IamUser().read(client, IamUserModel(name=config.user_name), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "User not found",
                                f'There is no user "{config.user_name}" in the account.',
                                attribute="user_name")
        return config.copy(
            id=found.id, arn=found.arn, unique_id=found.unique_id,
            permissions_boundary=found.permissions_boundary, path=found.path,
            tags=found.tags_all)
