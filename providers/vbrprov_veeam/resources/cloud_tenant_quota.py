"""veeam_cloud_tenant_quota: space in a repository for a tenant of Cloud Connect."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model, attribute, computed_attribute
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json

_MB = 1024


def _positive(value: Any) -> str | None:
    return None if value is None or value > 0 else "It must be greater than zero."


class CloudTenantQuotaModel(Model):
    """Arguments of ``veeam_cloud_tenant_quota``."""

    tenant_id: str = attribute(doc="Id of the tenant, which exists.", required=True,
                               replace_on_change=True)
    repository_id: str = attribute(doc="Id of the repository.", required=True,
                                   replace_on_change=True)
    name: str = attribute(doc="What the tenant sees as the name of the cloud repository; unique "
                              "among the tenant's.", required=True)
    quota: int = attribute(doc="How much the tenant may use.", required=True, unit="GB",
                           validators=(_positive,))
    id: str | None = computed_attribute(doc="Tenant and repository: TENANT_ID/REPOSITORY_ID.")


class CloudTenantQuota(ScriptedType[CloudTenantQuotaModel]):
    """One per tenant and repository; the tenant's other resources stay as they are."""

    type_name = "veeam_cloud_tenant_quota"
    model = CloudTenantQuotaModel
    script = "cloud_tenant_quota"
    noun = "tenant quota"
    doc = "A cloud repository of a Cloud Connect tenant, with its quota; needs PowerShell."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/new-vbrcloudtenantresource.html"

    def where(self, model: CloudTenantQuotaModel) -> Json:
        """Tenant and repository."""
        return {"tenant_id": model.tenant_id, "repository_id": model.repository_id}

    def wanted(self, model: CloudTenantQuotaModel, token: str) -> Json:
        """Name and quota, which PowerShell counts in megabytes."""
        return {"name": model.name,
                "quota_mb": model.quota * _MB if isinstance(model.quota, int) else model.quota}

    def lookup(self, import_id: str) -> Json | None:
        """Tenant and repository: TENANT_ID/REPOSITORY_ID."""
        tenant, _, repository = import_id.partition("/")
        if not tenant or not repository:
            return None
        return {"tenant_id": tenant, "repository_id": repository, "name": "", "quota": 1}

    def model_of(self, found: Json, state: CloudTenantQuotaModel) -> CloudTenantQuotaModel:
        """Name and quota; what is no whole number of gigabytes shows rounded down."""
        return state.copy(id=f"{state.tenant_id}/{state.repository_id}", name=found.get("name"),
                          quota=int(found.get("quota_mb") or 0) // _MB)
