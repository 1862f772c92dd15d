"""aws_partition: the part of Amazon's world that the provider's region belongs to. Asks nobody."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.session import dns_suffix_of


class PartitionModel(Model):
    """Attributes of ``aws_partition``."""

    partition: str | None = computed_attribute(doc="Partition, such as aws; second part of ARNs.")
    dns_suffix: str | None = computed_attribute(doc="End of host names, such as amazonaws.com.")
    reverse_dns_prefix: str | None = computed_attribute(
        doc="The same the other way round, such as com.amazonaws.")
    id: str | None = computed_attribute(doc="The partition.")


class Partition(DataSource[PartitionModel, AwsClients]):
    """What policies for every partition need: arn:PARTITION:s3:::..."""

    type_name = "aws_partition"
    model = PartitionModel
    doc = "The partition of the provider's region."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"

    def read(self, client: AwsClients, config: PartitionModel, ctx: StepContext) -> PartitionModel:
        """It follows from the region."""
        suffix = dns_suffix_of(client.partition)
        return config.copy(partition=client.partition, id=client.partition, dns_suffix=suffix,
                           reverse_dns_prefix=".".join(reversed(suffix.split("."))))
