"""A slice of the campaign: generated estates, judged by the oracle and by the rules."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from completing import completions
from estates import ELSEWHERE, OPEN, Access, Estate, Group, Job, Repository
from oracle_comparing import campaign
from oracle_generate import estate
from oracle_said import Said
from oracle_shrinking import shrink
from oracle_verdicts import by_oracle, covered
from rule_world import all_rules

SLICES = range(100_000, 100_400, 100)

DIRECT = Repository("veeam_amazon_s3_repository.r0", "amazon_s3", "direct")
POLICY = Job("veeam_agent_backup_policy.j0", "policy", DIRECT.address)


@pytest.mark.parametrize("seed", SLICES)
def test_the_rules_find_what_the_oracle_finds(seed: int) -> None:
    kept, seen = campaign(seed, 100)
    assert not kept
    assert seen["estates"] == 100


def test_a_hundred_estates_have_known_and_open_ones_and_most_rules() -> None:
    _, seen = campaign(SLICES[0], 100)
    for each, least in {"open values": 30, "drift": 20, "denied reads": 10, "attestations": 5,
                        "expired attestations": 1, "storage of a data source": 10,
                        "a verdict repaired": 10, "a verdict attested": 1}.items():
        assert least <= seen[f"estates with {each}"] < 90
    assert len({key.split()[0] for key in seen if key.startswith("VBR")}) > 50


def test_the_oracle_knows_rules_that_there_are() -> None:
    assert covered() <= {rule.rule_id for rule in all_rules()}
    assert len(covered()) == 58


@pytest.mark.parametrize("seed", range(200_000, 200_150))
def test_validate_finds_nothing_that_the_plan_does_not(seed: int) -> None:
    said = Said(estate(Random(seed)), covered())
    assert said.at_validate() <= said.verdicts().keys()


class TestCompletions:
    def test_a_known_estate_is_its_only_completion(self) -> None:
        assert list(completions((DIRECT, POLICY))) == [(DIRECT, POLICY)]

    def test_every_open_value_takes_every_value(self) -> None:
        made: Estate = (Group("veeam_protection_group.g0", OPEN), Repository(
            "veeam_wasabi_repository.r0", "wasabi", OPEN))
        found = list(completions(made))
        assert len(found) == len(set(found)) == 10

    def test_an_open_target_may_be_elsewhere(self) -> None:
        made: Estate = (DIRECT, Job("veeam_agent_backup_policy.j0", "policy", OPEN))
        assert {closed[1].target for closed in completions(made)} == {ELSEWHERE, DIRECT.address}


class TestVerdicts:
    def test_what_every_completion_breaks_is_violated(self) -> None:
        # Direct either way: of its own accord, or as cloud machines.
        group = Group("veeam_protection_group.g0", OPEN)
        job = Job(POLICY.address, "policy", DIRECT.address, groups=(group.address,))
        found = by_oracle((DIRECT, group, job))
        assert found["VBR071", job.address, "note"] == "violated"
        assert found["VBR075", job.address, "refuse"] == "unknown"

    def test_what_has_to_be_attested_stays_open(self) -> None:
        wasabi = Repository("veeam_wasabi_repository.r0", "wasabi", "direct")
        access = Access("veeam_s3_agent_access.x0", wasabi.address, "backup_server")
        assert by_oracle((wasabi, access)) == {("VBR009", access.address, "refuse"): "unknown"}


def test_an_estate_is_made_small() -> None:
    made: Estate = (DIRECT, Group("veeam_protection_group.g0", "csv_file"), Job(
        POLICY.address, "policy", DIRECT.address, synthetic=True, compact=True))
    small = shrink(made, lambda smaller: any(key[0] == "VBR016" for key in by_oracle(smaller)))
    assert small == (replace(DIRECT, mode=None), replace(POLICY, synthetic=True))
