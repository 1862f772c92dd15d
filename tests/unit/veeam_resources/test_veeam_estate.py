"""Hosts, groups, jobs, policies and copies of one configuration, through the whole engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.backends.local import LocalBackend
from vbrprov.workflow.apply import apply
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request

SECRET = "c4nary-S3cret"
CONFIGURATION = """
provider "veeam" {{}}
resource "veeam_credentials" "c" {{
  username = "backup"
  password = "{secret}"
}}
resource "veeam_managed_server" "gw" {{
  name               = "gw1.example"
  type               = "linux"
  credentials_id     = veeam_credentials.c.id
  trust_on_first_use = true
  ssh {{ port_range_start = 2500 }}
}}
resource "veeam_mount_server" "gw" {{
  host_id = veeam_managed_server.gw.id
}}
resource "veeam_ad_domain" "d" {{
  server_name    = "dc1.example.com"
  credentials_id = veeam_credentials.c.id
}}
resource "veeam_protection_group" "ad" {{
  name = "from the directory"
  type = "ad_objects"
  active_directory {{
    domain_id = veeam_ad_domain.d.id
    object {{ distinguished_name = "OU=Servers,DC=example,DC=com" }}
  }}
  credentials {{ master_credentials_id = veeam_credentials.c.id }}
}}
resource "veeam_protection_group" "once" {{
  name = "credentials that are used once"
  computer {{
    host_name       = "pc1.example"
    connection_type = "single_use_credentials"
    single_use {{ username = "root" }}
  }}
  computer {{
    host_name       = "pc2.example"
    connection_type = "certificate"
  }}
  single_use_secrets = {{ "pc1.example" = "{secret}" }}
  options {{
    distribution_server_id = veeam_managed_server.gw.id
    rescan_schedule {{
      periodically {{ every = 2 }}
    }}
  }}
}}
resource "veeam_agent_backup_job" "j" {{
  name = "servers"
  os   = "windows"
  computer {{
    protection_group_id = veeam_protection_group.once.id
    name                = "pc2.example"
  }}
  storage {{ repository_id = "{repository}" }}
  application_processing {{
    application {{
      protection_group_id = veeam_protection_group.once.id
      sql {{ logs = "backup" }}
    }}
  }}
  gfs {{ weekly = 4 }}
  schedule {{
    daily {{ at = "22:00" }}
    backup_window {{ hours = {{ monday = "0-5,22-23" }} }}
  }}
}}
resource "veeam_agent_backup_policy" "p" {{
  name                 = "directory"
  os                   = "windows"
  policy_type          = "workstation"
  protection_group_ids = [veeam_protection_group.ad.id]
  is_disabled          = true
  destination {{ repository_id = "{repository}" }}
  backup_cache {{ size_limit = 10 }}
  schedule {{
    daily {{ at = "12:30" }}
    at_events {{ lock = true }}
  }}
}}
resource "veeam_backup_copy_job" "c" {{
  name = "copies"
  source {{ job_ids = [veeam_agent_backup_job.j.id, veeam_agent_backup_policy.p.id] }}
  target {{ repository_id = "{repository}" }}
}}
data "veeam_protection_group" "once" {{
  id = veeam_protection_group.once.id
}}
output "found" {{
  value = data.veeam_protection_group.once.computers
}}
"""


class Estate:
    """One configuration and its state."""

    def __init__(self, folder: Path, double: Any) -> None:
        self.folder, self.double = folder, double
        self.diags = Diagnostics()
        text = CONFIGURATION.format(
            secret=SECRET, repository=double.objects("repositories")[0]["id"])
        self.write(text)

    def write(self, text: str) -> None:
        self.text = text
        (self.folder / "main.vbr.hcl").write_text(text, encoding="utf-8")

    def run(self, options: Options, *, only_plan: bool = False) -> Any:
        self.diags = Diagnostics()
        request = Request(directory=str(self.folder), options=options)
        prepared = prepare(request, self.diags, Redactor())
        assert prepared is not None, list(self.diags)
        backend = LocalBackend(self.folder / "vbrprov.vbrstate")
        # As in the sandbox: sessions are looked at more often than those of a real server.
        environment = Environment(registry=ProviderRegistry(), sandbox={"veeam": {
            "url": self.double.url, "fingerprint": self.double.fingerprint,
            "username": self.double.username, "password": self.double.password,
            "poll_interval": (0.002, 0.01)}})
        if only_plan:
            state, _ = backend.read()
            return make_plan(prepared, state, options, environment, self.diags).plan
        done = apply(request, prepared, backend, environment, self.diags, lambda plan: True)
        assert not self.diags.has_errors, [f"{d.address} {d.summary} {d.detail}"
                                           for d in self.diags]
        return done

    def changes(self) -> dict[str, str]:
        plan = self.run(Options(), only_plan=True)
        assert not self.diags.has_errors, [d.detail for d in self.diags]
        return {c.address: str(c.action) for c in plan.changes if c.is_change}


@pytest.mark.parametrize("revision", ["", "2"])
def test_whole_life(revision: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    double = request.getfixturevalue(f"double{revision}")
    estate = Estate(tmp_path, double)
    estate.run(Options())
    assert estate.changes() == {}
    assert {j["name"] for j in double.objects("jobs")} == {"servers", "directory", "copies"}
    policy = next(j for j in double.objects("jobs") if j["name"] == "directory")
    assert policy["isDisabled"] is True
    assert SECRET not in (tmp_path / "vbrprov.vbrstate").read_text(encoding="utf-8")

    # A change by hand shows where it was made, and is repaired there alone.
    double.edit("jobs", policy["id"], {"schedule": {"daily": {"localTime": "01:00"}}})
    assert estate.changes() == {"veeam_agent_backup_policy.p": "update"}
    estate.run(Options())
    assert estate.changes() == {}

    estate.write(estate.text.replace("is_disabled          = true", ""))
    assert estate.changes() == {"veeam_agent_backup_policy.p": "update"}
    estate.run(Options())
    estate.run(Options(destroy=True))
    assert double.objects("jobs") == []
    assert [h["name"] for h in double.objects("managedServers")] == ["vbr-double.local"]
    assert [v for v in double.violations() if v["side"] == "request"] == []


def test_refusal_names_the_resource_and_what_the_server_said(
    tmp_path: Path, double: Any,
) -> None:
    estate = Estate(tmp_path, double)
    double.fault("session_failed", method="POST", path="/protectionGroups$",
                 message="Host pc1.example cannot be reached")
    with pytest.raises(AssertionError, match=r"Host pc1\.example cannot be reached"):
        estate.run(Options())
    told = next(d for d in estate.diags if "cannot be reached" in d.detail)
    assert str(told.address).startswith("veeam_protection_group.")
    estate.run(Options())
    assert estate.changes() == {}
