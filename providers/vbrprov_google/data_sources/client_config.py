"""google_client_config (data): the provider's own settings."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call


class ClientConfigModel(Model):
    """Attributes of the data source ``google_client_config``."""

    id: str | None = computed_attribute(doc="Project, region and zone.")
    project: str | None = computed_attribute(doc="Project of the provider.")
    region: str | None = computed_attribute(doc="Region of the provider.")
    zone: str | None = computed_attribute(doc="Zone of the provider.")
    access_token: str | None = computed_attribute(doc="A token of the provider's identity.",
                                                  sensitive=True)


class ClientConfig(DataSource[ClientConfigModel, GoogleClients]):
    """Reads the settings; the token is the only thing that may need a call."""

    type_name = "google_client_config"
    model = ClientConfigModel
    doc = "Project, region, zone and token of the provider."
    source = "https://docs.cloud.google.com/docs/authentication/token-types"

    def read(self, client: GoogleClients, config: ClientConfigModel,
             ctx: StepContext) -> ClientConfigModel:
        """What the provider was configured with."""
        token = call(ctx, "iam.serviceAccounts.getAccessToken", "the provider's own identity",
                     client.access_token)
        project = client.project
        return config.copy(
            id=f"projects/{project}/regions/{client.region or ''}/zones/{client.zone or ''}",
            project=project, region=client.region, zone=client.zone, access_token=token)
