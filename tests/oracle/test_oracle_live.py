"""What the oracle says of storage that exists: of drift, repairs, denied reads, attestations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from estates import Account, Bucket, Container, Estate, Job, Repository
from oracle_comparing import differences
from oracle_verdicts import Verdicts, by_oracle, covered, doubts, may_break, relying, repairs

ADDRESS = "aws_s3_bucket.b0"
LOCKED = Bucket(ADDRESS, "aws", "b", True, "Enabled")
HAND_MADE = replace(LOCKED, rules=((True, ""),))
BUCKET = replace(LOCKED, now=LOCKED, recorded=LOCKED)
NEW = Repository("veeam_amazon_s3_repository.r0", "amazon_s3", "direct", block=True, days=7,
                 store=ADDRESS)
OLD = replace(NEW, exists=True, was_mode="direct")
REFUSED = ("VBR014", ADDRESS, "refuse")
GET = "s3:GetLifecycleConfiguration"


def verdicts(*made: Bucket | Account | Container | Repository | Job) -> Verdicts:
    """What the oracle says, once the rules say the same."""
    assert not differences(made, covered())
    return by_oracle(made)


def test_a_rule_made_by_hand_is_refused_although_nobody_states_it() -> None:
    assert verdicts(replace(BUCKET, now=HAND_MADE), NEW)[REFUSED] == "violated"


def test_so_it_is_on_a_bucket_that_is_only_read() -> None:
    found = verdicts(Bucket(f"data.{ADDRESS}", "aws", "b", now=HAND_MADE, managed=False),
                     replace(NEW, store=f"data.{ADDRESS}"))
    assert found["VBR014", f"data.{ADDRESS}", "refuse"] == "violated"


def test_a_rule_that_the_plan_purges_is_repaired() -> None:
    made: Estate = (replace(BUCKET, now=HAND_MADE, purge=True), NEW)
    found = verdicts(*made)
    assert found["VBR014", ADDRESS, "repaired"] == "violated"
    assert REFUSED not in found
    assert relying(made, ADDRESS, lambda e: repairs(e, "VBR014", ADDRESS)) == {NEW.address}


@pytest.mark.parametrize(("there", "stated", "word"), [
    ("Suspended", None, "refuse"), ("Suspended", "Enabled", "repaired"),
    ("Enabled", "Suspended", "refuse"), ("Enabled", "Enabled", None)])
def test_versioning_is_as_it_was_when_the_repository_came(there: str, stated: str | None,
                                                          word: str | None) -> None:
    was = replace(LOCKED, lock=False)
    found = verdicts(replace(was, versioning=stated, now=replace(was, versioning=there),
                             recorded=was), replace(OLD, days=None, block=False))
    assert {key[2] for key in found if key[0] == "VBR055"} == ({word} if word else set())


def test_a_denied_read_is_open_and_says_what_would_settle_it() -> None:
    made: Estate = (replace(BUCKET, denied=("lifecycle",)), NEW)
    assert verdicts(*made)[REFUSED] == "unknown"
    assert doubts(made) == {("VBR014", ADDRESS): {GET}}
    assert relying(made, ADDRESS, lambda e: may_break(e, "VBR014", ADDRESS)) == {NEW.address}


@pytest.mark.parametrize(("attests", "verdict"), [
    ((("VBR014", True),), "attested"), ((("VBR014", False),), "unknown"),
    ((("VBR050", True),), "unknown")])
def test_an_attestation_of_force_settles_it(attests: tuple[tuple[str, bool], ...],
                                            verdict: str) -> None:
    bucket = replace(BUCKET, denied=("lifecycle",), attests=attests)
    assert verdicts(bucket, NEW)[REFUSED] == verdict


def test_an_attestation_never_turns_what_is_violated() -> None:
    bucket = replace(BUCKET, now=HAND_MADE, attests=(("VBR014", True),))
    assert verdicts(bucket, NEW)[REFUSED] == "violated"


def test_a_setting_that_is_written_is_known_although_it_may_not_be_read() -> None:
    was = replace(LOCKED, lock=False, versioning="Suspended")
    written = replace(BUCKET, now=was, recorded=was, denied=("versioning",))
    assert ("VBR050", ADDRESS, "refuse") not in verdicts(written, NEW)
    unwritten = replace(BUCKET, denied=("versioning",))
    assert verdicts(unwritten, NEW)["VBR050", ADDRESS, "refuse"] == "unknown"


def test_a_new_job_relies_on_the_account_below_a_repository_that_stays() -> None:
    there = Account("azurerm_storage_account.a0", "a", blob_soft_delete=True, last_access=False,
                    versioning=True)
    account = replace(there, service=False, now=there, recorded=there)
    container = Container("azurerm_storage_container.c0", "c", account.address)
    repository = Repository("veeam_azure_blob_repository.r0", "azure_blob", "selected_gateway",
                            ("a", "b"), store=container.address, exists=True,
                            was_mode="selected_gateway")
    job = Job("veeam_agent_backup_policy.j0", "policy", repository.address, gfs=True)
    made: Estate = (account, container, repository, job)
    assert verdicts(*made)["VBR025", account.address, "repaired"] == "violated"
    assert relying(made, account.address,
                   lambda e: repairs(e, "VBR025", account.address)) == {job.address}
