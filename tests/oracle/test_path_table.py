"""How the data of a job reach a repository, as a truth table of all that decides it.

Written from https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html ("always
performs backup of cloud machines directly") and
https://helpcenter.veeam.com/docs/vbr/userguide/access_permissions.html (what is chosen there wins
over the mode; the default is by the backup server).
"""

from __future__ import annotations

import itertools

import pytest
from estates import OPEN, Access, Estate, Group, Job, Repository
from rule_world import project, world
from translate import specs

from vbrprov.sdk import Estate as Views

D, G, U = "direct", "gateway", "unknown"
MODES = (None, "direct", "selected_gateway", OPEN)
NO_ACCESS = "no access"
ACCESSES = (NO_ACCESS, "backup_server", "shared_credentials", "iam_sts", OPEN)

#: S3 compatible storage, computers that are no cloud machines: mode -> by ACCESSES.
S3_COMPATIBLE = {
    #                   none  server  shared  IAM/STS  open
    None:               (G,   G,      D,      D,       U),
    "direct":           (G,   G,      D,      D,       U),
    "selected_gateway": (G,   G,      G,      G,       G),
    OPEN:               (G,   G,      U,      U,       U),
}
#: Every other storage: there is no choice of access.
OTHERS = {
    None:               (D,   D,      D,      D,       D),
    "direct":           (D,   D,      D,      D,       D),
    "selected_gateway": (G,   G,      G,      G,       G),
    OPEN:               (U,   U,      U,      U,       U),
}
TABLES = {
    "amazon_s3": OTHERS, "google_cloud": OTHERS, "azure_blob": OTHERS,
    "data_cloud_vault": OTHERS, "snowball_edge": OTHERS, "data_box": OTHERS,
    "s3_glacier": OTHERS, "azure_archive": OTHERS,
    "s3_compatible": S3_COMPATIBLE, "wasabi": S3_COMPATIBLE, "ibm_cloud": S3_COMPATIBLE,
    "eleven_eleven": S3_COMPATIBLE,
}
#: Types of the protection groups -> what the table's word becomes.
AS_IT_IS = {D: D, G: G, U: U}
ALWAYS_DIRECT = {D: D, G: D, U: D}
#: Direct in any case, or nobody knows.
PERHAPS_DIRECT = {D: D, G: U, U: U}
GROUPS = {
    (): AS_IT_IS,
    ("individual_computers",): AS_IT_IS,
    ("ad_objects",): AS_IT_IS,
    ("csv_file",): AS_IT_IS,
    ("pre_installed_agents",): AS_IT_IS,
    ("ad_objects", "csv_file"): AS_IT_IS,
    ("cloud_machines",): ALWAYS_DIRECT,
    ("csv_file", "cloud_machines"): ALWAYS_DIRECT,
    (OPEN, "cloud_machines"): ALWAYS_DIRECT,
    (OPEN,): PERHAPS_DIRECT,
    ("individual_computers", OPEN): PERHAPS_DIRECT,
}


def path(kind: str, mode: str | None, access: str, types: tuple[str, ...], job: str = "policy",
         open_groups: bool = False) -> str:
    """What the product says."""
    repository = Repository(f"veeam_{kind}_repository.r", kind, mode)
    groups = [Group(f"veeam_protection_group.g{n}", each) for n, each in enumerate(types)]
    writer = Job("veeam_agent_backup_policy.p" if job == "policy" else "veeam_agent_backup_job.j",
                 job, repository.address,
                 groups=OPEN if open_groups else tuple(g.address for g in groups))
    made: Estate = (repository, *groups, writer)
    if access != NO_ACCESS:
        made = (*made, Access("veeam_s3_agent_access.x", repository.address, access))
    estate = Views(view for facts in world(specs(made)) for view in project(facts))
    found = estate.path(estate.jobs[0], estate.repositories[0])
    return str(found.value) if found.known else U


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("types", GROUPS, ids=lambda types: "+".join(types) or "no group")
def test_every_mode_and_access(kind: str, types: tuple[str, ...]) -> None:
    expected = {(mode, access): GROUPS[types][word] for mode in MODES
                for access, word in zip(ACCESSES, TABLES[kind][mode], strict=True)}
    assert {(mode, access): path(kind, mode, access, types)
            for mode, access in itertools.product(MODES, ACCESSES)} == expected


@pytest.mark.parametrize("kind", ["amazon_s3", "wasabi"])
def test_it_is_the_same_for_jobs_of_the_backup_server(kind: str) -> None:
    for mode, access in itertools.product(MODES, ACCESSES):
        assert path(kind, mode, access, (), "job") == path(kind, mode, access, ())


@pytest.mark.parametrize(("types", "words"), [
    (("cloud_machines",), PERHAPS_DIRECT), (("csv_file",), AS_IT_IS), ((), AS_IT_IS),
    ((OPEN,), PERHAPS_DIRECT),
])
def test_groups_that_are_known_after_apply_may_be_any(
        types: tuple[str, ...], words: dict[str, str]) -> None:
    for mode, access in itertools.product(MODES, ACCESSES):
        word = S3_COMPATIBLE[mode][ACCESSES.index(access)]
        assert path("wasabi", mode, access, types, open_groups=True) == words[word]
