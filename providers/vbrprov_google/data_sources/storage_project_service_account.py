"""google_storage_project_service_account (data): the account that Cloud Storage itself uses."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call


class StorageProjectServiceAccountModel(Model):
    """Arguments and attributes of the data source ``google_storage_project_service_account``."""

    project: str | None = attribute(doc="Id of the project; the provider's when left out.",
                                    default=None, computed=True)
    id: str | None = computed_attribute(doc="Email of the account.")
    email_address: str | None = computed_attribute(doc="Email of the account.")
    member: str | None = computed_attribute(doc="The account as a member of policies.")


class StorageProjectServiceAccount(DataSource[StorageProjectServiceAccountModel, GoogleClients]):
    """Reads the service agent; asking for it makes it, where there was none yet."""

    type_name = "google_storage_project_service_account"
    model = StorageProjectServiceAccountModel
    doc = "The service agent of Cloud Storage, which needs access to keys of Cloud KMS."
    source = "https://docs.cloud.google.com/storage/docs/json_api/v1/projects/serviceAccount"

    def read(self, client: GoogleClients, config: StorageProjectServiceAccountModel,
             ctx: StepContext) -> StorageProjectServiceAccountModel:
        """Ask Cloud Storage."""
        project = config.project or client.project
        there = call(ctx, "resourcemanager.projects.get", f'project "{project}"',
                     lambda: client.rest("GET", "storage", f"projects/{project}/serviceAccount"))
        email = str(there["email_address"])
        return config.copy(project=project, id=email, email_address=email,
                           member=f"serviceAccount:{email}")
