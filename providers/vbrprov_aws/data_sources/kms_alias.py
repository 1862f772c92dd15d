"""aws_kms_alias (data): an alias that exists."""

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
from vbrprov_aws.kms.calls import id_of
from vbrprov_aws.resources.kms_alias import KmsAlias, KmsAliasModel


class KmsAliasDataModel(Model):
    """Arguments and attributes of the data source ``aws_kms_alias``."""

    name: str = attribute(doc="The alias, with alias/ before it.", required=True)
    region: str | None = attribute(doc="Region of the alias; the provider's when left out.",
                                   default=None, computed=True)
    id: str | None = computed_attribute(doc="The alias.")
    arn: str | None = computed_attribute(doc="ARN of the alias.")
    target_key_id: str | None = computed_attribute(doc="Id of the key.")
    target_key_arn: str | None = computed_attribute(doc="ARN of the key.")


class KmsAliasData(DataSource[KmsAliasDataModel, AwsClients]):
    """Finds the key that an alias is of."""

    type_name = "aws_kms_alias"
    model = KmsAliasDataModel
    doc = "An alias of a KMS key that exists."
    source = "https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html"

    def read(self, client: AwsClients, config: KmsAliasDataModel,
             ctx: StepContext) -> KmsAliasDataModel:
        """Ask KMS."""
        found = KmsAlias().read(client, KmsAliasModel(
            name=config.name, region=config.region, target_key_id=""), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Alias not found",
                                f'There is no alias "{config.name}" of a key in the region.',
                                attribute="name")
        return config.copy(region=found.region, id=config.name, arn=found.arn,
                           target_key_id=id_of(found.target_key_id),
                           target_key_arn=found.target_key_arn)
