"""aws_caller_identity: who the provider's credentials belong to."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.services import STS


class CallerIdentityModel(Model):
    """Attributes of ``aws_caller_identity``."""

    account_id: str | None = computed_attribute(doc="Number of the account.")
    arn: str | None = computed_attribute(doc="ARN of the user or of the role session.")
    user_id: str | None = computed_attribute(doc="Unique id of the user or role session.")
    partition: str | None = computed_attribute(doc="Partition of the region, such as aws.")
    id: str | None = computed_attribute(doc="Number of the account.")


class CallerIdentity(DataSource[CallerIdentityModel, AwsClients]):
    """The account and identity of the provider's credentials; needs no permission."""

    type_name = "aws_caller_identity"
    model = CallerIdentityModel
    doc = "The account and identity that the provider uses."
    source = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"

    def read(self, client: AwsClients, config: CallerIdentityModel,
             ctx: StepContext) -> CallerIdentityModel:
        """Ask STS."""
        answer = invoke(STS, client.sts().get_caller_identity, "the provider's own account")
        account = str(answer["Account"])
        return config.copy(account_id=account, id=account, arn=answer["Arn"],
                           user_id=answer["UserId"], partition=client.partition)
