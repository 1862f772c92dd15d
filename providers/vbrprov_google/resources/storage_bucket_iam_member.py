"""google_storage_bucket_iam_member: one member of one role of a bucket."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import InstanceFacts, attribute
from vbrprov.sdk.views import View
from vbrprov_google.bucket.model import check_name
from vbrprov_google.clients import GoogleClients
from vbrprov_google.grants import VERSION, Grant, GrantModel, Holder


class StorageBucketIamMemberModel(GrantModel):
    """Arguments and attributes of ``google_storage_bucket_iam_member``."""

    bucket: str = attribute(doc="Name of the bucket.", required=True, replace_on_change=True,
                            validators=(check_name,))


class StorageBucketIamMember(Grant[StorageBucketIamMemberModel]):
    """A grant on a bucket."""

    type_name = "google_storage_bucket_iam_member"
    model = StorageBucketIamMemberModel
    doc = "A role on a bucket, granted to one member."
    source = "https://docs.cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy"
    target = ("bucket",)

    def holder(self, client: GoogleClients, model: StorageBucketIamMemberModel) -> Holder:
        """The bucket."""
        path = f"b/{model.bucket}/iam"
        return Holder(
            subject=f'the policy of bucket "{model.bucket}"', permission="storage.buckets",
            get=("GET", "storage", path), set=("PUT", "storage", path),
            query={"optionsRequestedPolicyVersion": VERSION}, wrapped=False)

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The grant as guardrails see it."""
        from vbrprov_google.access_views import grant_view

        return grant_view(facts, on="bucket")
