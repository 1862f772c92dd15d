"""aws_canonical_user_id: the id by which ACLs name the account."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.errors import S3
from vbrprov_s3.errors import invoke


class CanonicalUserIdModel(Model):
    """Attributes of ``aws_canonical_user_id``."""

    id: str | None = computed_attribute(doc="The canonical user id of the account.")
    display_name: str | None = computed_attribute(doc="Its name, where S3 still tells one.")


class CanonicalUserId(DataSource[CanonicalUserIdModel, AwsClients]):
    """The owner of the account's buckets."""

    type_name = "aws_canonical_user_id"
    model = CanonicalUserIdModel
    doc = "The canonical user id of the account."
    source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html"

    def read(self, client: AwsClients, config: CanonicalUserIdModel,
             ctx: StepContext) -> CanonicalUserIdModel:
        """Ask S3 for the owner of the account's buckets."""
        owner = invoke(S3, client.s3().list_buckets, "the account").get("Owner", {})
        return config.copy(id=owner.get("ID"), display_name=owner.get("DisplayName"))
