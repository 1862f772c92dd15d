"""data veeam_job: a job of any kind that somebody else made."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import computed_attribute
from vbrprov_veeam.links import look
from vbrprov_veeam.server import JOBS, Json, Server
from vbrprov_veeam.sources import DescribedModel, Lookup

_TARGETS = ("storage.destination.backupRepositoryId", "storage.backupRepositoryId",
            "target.backupRepositoryId", "backupRepository.backupRepositoryId")


class JobData(DescribedModel):
    """Arguments and attributes of ``data.veeam_job``."""

    type: str | None = computed_attribute(
        doc="Kind of job in the server's own words, such as WindowsAgentBackupServerPolicy.")
    is_disabled: bool | None = computed_attribute(doc="Whether it is switched off.")
    repository_id: str | None = computed_attribute(doc="Id of the repository it writes to.")


class JobSource(Lookup[JobData]):
    """One job, as a source of copy jobs or of an order of jobs."""

    type_name = "veeam_job"
    model = JobData
    doc = "A job or policy of any kind, also of kinds that vbrprov does not manage."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrjob.html"
    path = JOBS
    noun = "job"

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """Kind, switch and target."""
        targets = (look(raw, path) for path in _TARGETS)
        return super().fields_of(server, raw) | {
            "type": raw.get("type"), "is_disabled": bool(raw.get("isDisabled")),
            "repository_id": next((t for t in targets if t), None)}
