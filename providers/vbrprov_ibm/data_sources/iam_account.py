"""data ibm_iam_account: the account that the API key belongs to."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext
from vbrprov.sdk.model import computed_attribute
from vbrprov_ibm.session import Clients


class IamAccountModel(Model):
    """Attributes of ``data.ibm_iam_account``."""

    account_id: str | None = computed_attribute(doc="Id of the account.")


class IamAccount(DataSource[IamAccountModel, Clients]):
    """Asks IAM whose the API key is."""

    type_name = "ibm_iam_account"
    model = IamAccountModel
    doc = "The account of the provider's API key."
    source = "https://cloud.ibm.com/apidocs/iam-identity-token-api"

    def read(self, client: Clients, config: IamAccountModel, ctx: StepContext) -> IamAccountModel:
        """The account."""
        return config.copy(account_id=client.rest.account())
