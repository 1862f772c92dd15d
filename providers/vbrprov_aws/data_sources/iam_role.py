"""aws_iam_role (data): an IAM role that exists."""

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
from vbrprov_aws.resources.iam_role import IamRole, IamRoleModel


class IamRoleDataModel(Model):
    """Arguments and attributes of the data source ``aws_iam_role``."""

    name: str = attribute(doc="Name of the role.", required=True)
    id: str | None = computed_attribute(doc="Name of the role.")
    arn: str | None = computed_attribute(doc="ARN of the role.")
    unique_id: str | None = computed_attribute(doc="Id of the role that is never used again.")
    path: str | None = computed_attribute(doc="Path of the role.")
    assume_role_policy: str | None = computed_attribute(doc="The trust policy as JSON.")
    max_session_duration: int | None = computed_attribute(doc="Longest session, in seconds.")
    permissions_boundary: str | None = computed_attribute(
        doc="ARN of the policy that limits what the role can be allowed.")
    tags: dict[str, str] | None = computed_attribute(doc="All tags of the role.")


class IamRoleData(DataSource[IamRoleDataModel, AwsClients]):
    """Looks an IAM role up without managing it."""

    type_name = "aws_iam_role"
    model = IamRoleDataModel
    doc = "An IAM role that exists."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html"

    def read(self, client: AwsClients, config: IamRoleDataModel,
             ctx: StepContext) -> IamRoleDataModel:
        """Ask IAM."""
        found = IamRole().read(client, IamRoleModel(name=config.name, assume_role_policy=""), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Role not found",
                                f'There is no role "{config.name}" in the account.',
                                attribute="name")
        return config.copy(
            id=found.id, arn=found.arn, unique_id=found.unique_id,
            permissions_boundary=found.permissions_boundary, path=found.path,
            assume_role_policy=found.assume_role_policy, tags=found.tags_all,
            max_session_duration=found.max_session_duration)
