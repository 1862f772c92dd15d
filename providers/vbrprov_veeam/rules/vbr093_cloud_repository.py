"""VBR093: what tenants cannot be given space in."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    CloudQuotaView,
    Estate,
    Finding,
    RepositoryView,
    Rule,
    ScaleOutView,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._targets import family_is, is_direct


class CloudRepository(Rule):
    """Service providers have limits of their own."""

    rule_id = "VBR093"
    severity = Severity.REFUSE
    summary = "Repository that cannot be a cloud repository"
    why = """
        A cloud repository of a tenant cannot be a Veeam Data Cloud Vault in direct mode or a
        seeding device, which providers can use as a capacity extent only, nor a scale-out
        repository with an extent that has no limit of tasks.

        On Azure Blob storage in direct mode the pages of the vendor differ: one forbids it, others
        describe it. It is a warning, and refused with -strict.
    """
    hint = ('Use connection { mode = "selected_gateway" }, set task_limit, or give tenants space '
            "in another repository.")
    source = "https://helpcenter.veeam.com/docs/vbr/cloud/cc_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_data_cloud_vault_repository" "main" {
          connection { mode = "direct" }
        }
        resource "veeam_cloud_tenant_quota" "customer" {
          repository_id = veeam_data_cloud_vault_repository.main.id
        }
    """
    good = """
        resource "veeam_data_cloud_vault_repository" "main" {
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each quota with the repositories that are behind it."""
        for quota in estate.cloud_quotas:
            choice = estate.destination_pool.resolve(quota.repository)
            for option in choice.options:
                if isinstance(option, RepositoryView):
                    yield from self._judge(quota, option, choice.sure, None)
                else:
                    for extent, sure in estate.extents(option):
                        yield from self._judge(quota, extent, choice.sure & sure, option)

    def _judge(self, quota: CloudQuotaView, repository: RepositoryView, sure: Truth,
               through: ScaleOutView | None) -> Iterator[Finding]:
        direct = is_direct(repository)
        unlimited = Truth.of(through is not None) & repository.task_limit.holds(
            lambda limit: limit <= 0, absent=True)
        for key, violated, severity, says in (
            ("vault", family_is(repository, "vault") & direct, None,
             "is a Veeam Data Cloud Vault in direct mode"),
            ("device", family_is(repository, "device"), None, "is a seeding device"),
            ("tasks", unlimited, None, "is an extent without a limit of tasks"),
            ("azure", family_is(repository, "azure") & direct, Severity.WARNING,
             "is Azure Blob storage in direct mode"),
        ):
            found = sure & violated
            if found is not Truth.NO:
                said = f"{quota.address} gives a tenant space in {repository.address}, which {says}"
                yield self.finding(
                    found, quota, told(found, said), at=quota.repository.value.at,
                    key=f"{key}:{repository.address}", severity=severity,
                    related=[("the repository", repository, repository.connection_mode.at)],
                    involves=[repository, *([through] if through is not None else [])])
