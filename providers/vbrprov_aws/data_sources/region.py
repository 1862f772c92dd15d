"""aws_region: a region, the provider's by default. Asks nobody."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.session import dns_suffix_of, partition_of


class RegionModel(Model):
    """Arguments and attributes of ``aws_region``."""

    region: str | None = attribute(doc="The region; the provider's when left out.", default=None,
                                   computed=True)
    name: str | None = computed_attribute(doc="The region.")
    id: str | None = computed_attribute(doc="The region.")
    partition: str | None = computed_attribute(doc="The partition that it belongs to.")
    s3_endpoint: str | None = computed_attribute(doc="Host name of S3 in the region.")


class Region(DataSource[RegionModel, AwsClients]):
    """The region as policies and repositories name it."""

    type_name = "aws_region"
    model = RegionModel
    doc = "A region of AWS."
    source = "https://docs.aws.amazon.com/general/latest/gr/s3.html"

    def read(self, client: AwsClients, config: RegionModel, ctx: StepContext) -> RegionModel:
        """It follows from the name."""
        region = config.region or client.region
        partition = partition_of(region)
        return config.copy(region=region, name=region, id=region, partition=partition,
                           s3_endpoint=f"s3.{region}.{dns_suffix_of(partition)}")
