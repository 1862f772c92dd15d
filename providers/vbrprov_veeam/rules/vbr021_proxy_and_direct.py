"""VBR021: a backup server behind a proxy, and direct connections."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._servers import every_server
from vbrprov_veeam.rules._targets import is_direct


class ProxyAndDirect(Rule):
    """Behind a proxy, agents need a gateway."""

    rule_id = "VBR021"
    severity = Severity.REFUSE
    summary = "Direct connection with a backup server behind a proxy"
    why = """
        When the backup server reaches the internet through an HTTP or HTTPS proxy, agents can back
        up to object storage through gateway servers only.

        A direct repository that no job of agents writes to is a warning, and so are cloud machines,
        which connect directly whatever the repository says.
    """
    hint = 'Use connection { mode = "selected_gateway" } with gateway servers.'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        data "veeam_backup_server" "this" {
          uses_http_proxy = true
        }
        resource "veeam_amazon_s3_repository" "main" {
          connection { mode = "direct" }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        data "veeam_backup_server" "this" {
          uses_http_proxy = true
        }
        resource "veeam_amazon_s3_repository" "main" {
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository when the backup server is behind a proxy."""
        proxied = every_server(estate, lambda server: server.http_proxy.is_true)
        if proxied is not Truth.NO:
            for repository in estate.repositories:
                yield from self._judge(estate, repository, proxied)

    def _judge(self, estate: Estate, repository: RepositoryView,
               proxied: Truth) -> Iterator[Finding]:
        jobs = [(job, sure) for job, sure in estate.jobs_of(repository)
                if job.kind is not JobKind.COPY]
        direct = proxied & is_direct(repository)
        used = Truth.any(sure for _, sure in jobs)
        cloud = proxied & repository.connection_mode.equals("gateway") & Truth.any(
            sure & estate.group_type_is(job, "cloud_machines") for job, sure in jobs)
        for key, violated, severity, said in (
            ("jobs", direct & used, None, "is in direct mode, and agents write to it"),
            ("idle", direct & ~used, Severity.WARNING, "is in direct mode"),
            ("cloud", cloud, Severity.WARNING, "is written to directly by cloud machines"),
        ):
            if violated is Truth.NO or (key == "idle" and used is Truth.UNKNOWN):
                continue
            writing = [job for job, _ in jobs] if key != "idle" else []
            yield self.finding(
                violated, repository, told(violated, (
                    f"{repository.address} {said}, with a backup server behind a proxy")),
                at=repository.connection_mode.at, key=key, severity=severity,
                related=[*(("the proxy", server, server.http_proxy.at)
                           for server in estate.servers),
                         *(("who writes", job, job.target_at) for job in writing)],
                involves=[*estate.servers, *writing])
