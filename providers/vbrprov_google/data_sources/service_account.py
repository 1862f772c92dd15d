"""google_service_account (data): a service account that exists."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call
from vbrprov_google.names import account_path, email_of


class ServiceAccountDataModel(Model):
    """Arguments and attributes of the data source ``google_service_account``."""

    account_id: str = attribute(doc="Id, email, unique id or full name of the account.",
                                required=True)
    project: str | None = attribute(doc="Project of the account; the provider's when left out.",
                                    default=None, computed=True)
    id: str | None = computed_attribute(
        doc="The account as projects/PROJECT/serviceAccounts/EMAIL.")
    name: str | None = computed_attribute(doc="The same as id.")
    email: str | None = computed_attribute(doc="Email of the account.")
    member: str | None = computed_attribute(doc="The account as a member of policies.")
    unique_id: str | None = computed_attribute(doc="Id that is never used again.")
    display_name: str | None = computed_attribute(doc="Name for people.")
    disabled: bool | None = computed_attribute(doc="Whether the account cannot log in.")


class ServiceAccountData(DataSource[ServiceAccountDataModel, GoogleClients]):
    """Reads an account without managing it."""

    type_name = "google_service_account"
    model = ServiceAccountDataModel
    doc = "A service account that exists."
    source = "https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get"

    def read(self, client: GoogleClients, config: ServiceAccountDataModel,
             ctx: StepContext) -> ServiceAccountDataModel:
        """Ask IAM."""
        wanted = config.account_id
        if not wanted.isdigit() and "@" not in wanted and "/" not in wanted:
            wanted = email_of(wanted, config.project or client.project)
        there = call(ctx, "iam.serviceAccounts.get", f'service account "{wanted}"',
                     lambda: client.rest("GET", "iam", account_path(wanted)))
        return config.copy(
            project=there["projectId"], id=there["name"], name=there["name"], email=there["email"],
            member=f"serviceAccount:{there['email']}", unique_id=there["uniqueId"],
            display_name=there.get("displayName"), disabled=bool(there.get("disabled")))
