"""aws_kms_key (data): a key that exists."""

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
from vbrprov_aws.kms.calls import key_subject, kms_call
from vbrprov_s3.iam.calls import found


class KmsKeyDataModel(Model):
    """Arguments and attributes of the data source ``aws_kms_key``."""

    key_id: str = attribute(doc="Id, ARN or alias (alias/NAME) of the key.", required=True)
    region: str | None = attribute(doc="Region of the key; the provider's when left out.",
                                   default=None, computed=True)
    id: str | None = computed_attribute(doc="Id of the key.")
    arn: str | None = computed_attribute(doc="ARN of the key.")
    aws_account_id: str | None = computed_attribute(doc="Account that it belongs to.")
    description: str | None = computed_attribute(doc="What it is for.")
    enabled: bool | None = computed_attribute(doc="Whether it can be used.")
    key_state: str | None = computed_attribute(doc="State, such as Enabled or PendingDeletion.")
    key_manager: str | None = computed_attribute(doc="AWS or CUSTOMER.")
    key_spec: str | None = computed_attribute(doc="Kind of key.")
    key_usage: str | None = computed_attribute(doc="What it is used for.")
    multi_region: bool | None = computed_attribute(
        doc="Whether it can be copied to other regions.")


class KmsKeyData(DataSource[KmsKeyDataModel, AwsClients]):
    """Looks a key up without managing it."""

    type_name = "aws_kms_key"
    model = KmsKeyDataModel
    doc = "A KMS key that exists."
    source = "https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html"

    def read(self, client: AwsClients, config: KmsKeyDataModel,
             ctx: StepContext) -> KmsKeyDataModel:
        """Ask KMS."""
        kms, subject = client.kms(config.region), key_subject(config.key_id)
        answer = found(lambda: kms_call(ctx, kms.describe_key, subject, KeyId=config.key_id))
        if answer is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Key not found",
                                f"There is no {subject} in the region.", attribute="key_id")
        key = answer["KeyMetadata"]
        return config.copy(
            region=config.region or client.region, id=key["KeyId"], arn=key["Arn"],
            aws_account_id=key.get("AWSAccountId"), description=key.get("Description"),
            enabled=key.get("Enabled"), key_state=key["KeyState"],
            key_manager=key.get("KeyManager"), key_spec=key.get("KeySpec"),
            key_usage=key.get("KeyUsage"), multi_region=bool(key.get("MultiRegion")))
