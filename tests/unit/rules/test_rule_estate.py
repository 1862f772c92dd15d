"""How views are linked, and what follows from the links."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from rule_world import UNKNOWN, instance, overlay, project, rules, run, shown, world

from vbrprov.sdk import (
    AccountView,
    BucketView,
    ContainerView,
    Estate,
    Fact,
    JobView,
    Lifecycle,
    LifecycleRuleView,
    Link,
    RepositoryView,
    Truth,
    View,
)

RULE = [{"id": "expire", "enabled": True}]


def estate(specs: dict[str, Any], phase: str = "plan") -> Estate:
    """The estate of a world."""
    return Estate(view for facts in world(specs, phase) for view in project(facts))


def repository_on(name: str, *references: str, **config: Any) -> dict[str, Any]:
    """A repository on a bucket."""
    return {"config": {"bucket": {"name": name}, **config}, "references": {"bucket": references}}


def bucket(name: str, **config: Any) -> dict[str, Any]:
    """A bucket with a forbidden rule."""
    return {"config": {"bucket": name, "lifecycle_rule": RULE, **config}}


class TestStorage:
    @pytest.mark.parametrize(("address", "reference"), [
        ("aws_s3_bucket.b", "aws_s3_bucket.b"),
        ('module.a["x"].aws_s3_bucket.b[0]', 'module.a["x"].aws_s3_bucket.b[0]'),
        ('module.a["x"].aws_s3_bucket.b[0]', 'module.a["x"].aws_s3_bucket.b'),
        ('module.a["x"].aws_s3_bucket.b["k.1"]', "module.a.aws_s3_bucket.b"),
        ("data.aws_s3_bucket.b", "data.aws_s3_bucket.b"),
    ])
    def test_an_unknown_name_is_linked_by_its_reference(self, address: str,
                                                        reference: str) -> None:
        found = estate({address: bucket(UNKNOWN), "veeam_amazon_s3_repository.r": repository_on(
            UNKNOWN, reference)})
        (use,) = found.storage_in_use()
        assert (use.storage.address, use.sure) == (address, Truth.YES)

    @pytest.mark.parametrize("reference", [
        'module.a["y"].aws_s3_bucket.b[0]', 'module.a["x"].aws_s3_bucket.b[1]',
        "aws_s3_bucket.b", 'module.a["x"].data.aws_s3_bucket.b',
    ])
    def test_a_reference_to_another_instance_does_not_link(self, reference: str) -> None:
        found = estate({
            'module.a["x"].aws_s3_bucket.b[0]': bucket("mine"), reference: bucket(UNKNOWN),
            "veeam_amazon_s3_repository.r": repository_on(UNKNOWN, reference)})
        assert [u.storage.address for u in found.storage_in_use()] == [reference]

    def test_a_reference_to_many_instances_is_one_of_them(self) -> None:
        found = estate({"aws_s3_bucket.b[0]": bucket(UNKNOWN), "aws_s3_bucket.b[1]": bucket("x"),
                        "veeam_amazon_s3_repository.r": repository_on(UNKNOWN, "aws_s3_bucket.b")})
        assert [u.sure for u in found.storage_in_use()] == [Truth.UNKNOWN, Truth.UNKNOWN]

    def test_a_known_name_wins_over_a_reference(self) -> None:
        found = estate({
            "aws_s3_bucket.a": bucket("one"), "aws_s3_bucket.b": bucket("two"),
            "veeam_amazon_s3_repository.r": repository_on("two", "aws_s3_bucket.a")})
        assert [u.storage.address for u in found.storage_in_use()] == ["aws_s3_bucket.b"]

    def test_a_bucket_with_a_name_to_come_may_be_the_one(self) -> None:
        found = estate({"aws_s3_bucket.a": bucket(UNKNOWN),
                        "veeam_amazon_s3_repository.r": repository_on("two")})
        assert [u.sure for u in found.storage_in_use()] == [Truth.UNKNOWN]

    def test_names_are_told_apart_by_endpoint(self) -> None:
        specs = {
            "s3_bucket.a": bucket("b", endpoint="https://one.example"),
            "s3_bucket.b": bucket("b", endpoint="https://two.example/"),
            "veeam_s3_compatible_repository.r": repository_on(
                "b", account={"service_point": "https://TWO.example"})}
        assert [u.storage.address for u in estate(specs).storage_in_use()] == ["s3_bucket.b"]

    def test_a_data_source_gives_way_to_the_resource(self) -> None:
        # The data source shows the rule that the resource, in this plan, no longer has.
        specs = {
            "aws_s3_bucket.b": {"config": {"bucket": "b", "purge_lifecycle_rules": True},
                                "live": {"bucket": "b", "live_lifecycle_rules": RULE}},
            "data.aws_s3_bucket.b": {"config": {"bucket": "b"},
                                     "live": {"live_lifecycle_rules": RULE}},
            "veeam_amazon_s3_repository.r": repository_on("b", "data.aws_s3_bucket.b")}
        assert shown(run(specs, "VBR014")[0]) == [
            "violated warning aws_s3_bucket.b lifecycle_rule repaired"]

    def test_devices_and_vaults_have_no_bucket_of_an_account(self) -> None:
        specs = {"aws_s3_bucket.b": bucket("b"),
                 "veeam_snowball_edge_repository.r": repository_on("b", "aws_s3_bucket.b"),
                 "veeam_data_cloud_vault_repository.r": repository_on("b", "aws_s3_bucket.b")}
        assert list(estate(specs).storage_in_use()) == []

    def test_two_repositories_share_one_finding(self) -> None:
        specs = {"aws_s3_bucket.b": bucket("b"),
                 "veeam_amazon_s3_repository.r[0]": repository_on("b"),
                 "veeam_s3_glacier_repository.g": repository_on("b")}
        (finding,) = run(specs, "VBR014")[0]
        assert "veeam_amazon_s3_repository.r[0] and veeam_s3_glacier_repository.g keep" in (
            finding.because)
        assert len(finding.related) == 2


class TestTargets:
    EXTENTS: ClassVar[dict[str, Any]] = {
        "veeam_amazon_s3_repository.a": {"config": {"name": "a"}, "planned": {"id": UNKNOWN}},
        "veeam_amazon_s3_repository.b": {"config": {}, "live": {"id": "b"}},
        "veeam_amazon_s3_repository.c": {"config": {}, "live": {"id": "c"}},
        "veeam_scale_out_repository.s": {
            "config": {"performance_extent": [{"repository_id": UNKNOWN}, {"repository_id": "b"}]},
            "references": {"performance_extent": ["veeam_amazon_s3_repository.a",
                                                  "veeam_amazon_s3_repository.b"]}},
        "veeam_agent_backup_policy.p": {
            "config": {"destination": {"repository_id": UNKNOWN}},
            "references": {"destination": ["veeam_scale_out_repository.s"]}},
    }

    def job(self, found: Estate) -> JobView:
        """The one job."""
        return found.jobs[0]

    def test_a_policy_reaches_the_extents(self) -> None:
        found = estate(self.EXTENTS)
        targets = found.targets(self.job(found))
        assert [(t.repository.address, t.sure) for t in targets] == [
            ("veeam_amazon_s3_repository.a", Truth.YES),
            ("veeam_amazon_s3_repository.b", Truth.YES)]
        assert all(t.through is not None for t in targets)

    def test_jobs_of_an_extent(self) -> None:
        found = estate(self.EXTENTS)
        by_address = {r.address: r for r in found.repositories}
        jobs = found.jobs_of(by_address["veeam_amazon_s3_repository.b"])
        assert [job.address for job, _ in jobs] == ["veeam_agent_backup_policy.p"]
        assert list(found.jobs_of(by_address["veeam_amazon_s3_repository.c"])) == []

    def test_fewer_extents_than_repositories_that_may_be_one(self) -> None:
        specs = overlay(self.EXTENTS, {"veeam_scale_out_repository.s": {
            "config": {"performance_extent": [{"repository_id": UNKNOWN}]}}})
        found = estate(specs)
        assert [t.sure for t in found.targets(self.job(found))] == [Truth.UNKNOWN] * 2

    def test_extents_that_are_not_counted_yet(self) -> None:
        specs = overlay(self.EXTENTS, {"veeam_scale_out_repository.s": {
            "config": {"performance_extent": UNKNOWN}}})
        found = estate(specs)
        assert [t.sure for t in found.targets(self.job(found))] == [Truth.UNKNOWN] * 2

    def test_an_id_that_a_server_has_yet_to_make_is_never_written_down(self) -> None:
        found = estate({
            "veeam_amazon_s3_repository.a": {"config": {}, "planned": {"id": UNKNOWN}},
            "veeam_agent_backup_policy.p": {"config": {"destination": {"repository_id": "x"}}}})
        assert found.targets(self.job(found)) == ()


class TestDerived:
    def path(self, repository: dict[str, Any], **more: Any) -> Fact[str]:
        """The path of one job to one repository."""
        kind = repository.pop("kind", "veeam_s3_compatible_repository")
        found = estate({
            f"{kind}.r": {"config": repository, "planned": {**repository, "id": UNKNOWN}},
            "veeam_agent_backup_job.j": {
                "config": {"repository_id": UNKNOWN, "protection_group_ids": [UNKNOWN]},
                "references": {"repository_id": [f"{kind}.r"],
                               "protection_group_ids": ["veeam_protection_group.g"]}},
            **more})
        return found.path(found.jobs[0], found.repositories[0])

    @pytest.mark.parametrize(("mode", "expected"), [
        ("shared_credentials", "direct"), ("iam_sts", "direct"),
        ("backup_server", "gateway"), (None, "gateway")])
    def test_agent_access_wins_on_s3_compatible_storage(self, mode: str | None,
                                                        expected: str) -> None:
        access = {"veeam_s3_agent_access.a": {
            "config": {"repository_id": UNKNOWN, "mode": mode},
            "references": {"repository_id": ["veeam_s3_compatible_repository.r"]}}}
        path = self.path({"connection": {"mode": "direct"}}, **(access if mode else {}))
        assert path.value == expected

    @pytest.mark.parametrize(("mode", "expected"), [
        ("direct", "direct"), ("selected_gateway", "gateway")])
    def test_elsewhere_the_mode_decides(self, mode: str, expected: str) -> None:
        assert self.path({"kind": "veeam_amazon_s3_repository",
                          "connection": {"mode": mode}}).value == expected

    @pytest.mark.parametrize(("group_type", "known"), [("cloud_machines", True), (UNKNOWN, False)])
    def test_cloud_machines_write_directly(self, group_type: str, known: bool) -> None:
        path = self.path({"connection": {"mode": "selected_gateway"}}, **{
            "veeam_protection_group.g": {"config": {"type": group_type}}})
        assert (path.known, path.value) == (known, "direct" if known else None)

    @pytest.mark.parametrize(("kind", "immutability", "expected"), [
        ("veeam_data_cloud_vault_repository", None, Truth.NO),
        ("veeam_amazon_s3_repository", None, Truth.YES),
        ("veeam_amazon_s3_repository", {"enabled": True}, Truth.NO),
        ("veeam_amazon_s3_repository", {"enabled": UNKNOWN}, Truth.UNKNOWN),
    ])
    def test_mutable(self, kind: str, immutability: Any, expected: Truth) -> None:
        found = estate({f"{kind}.r": {"config": {"immutability": immutability}}})
        assert found.mutable(found.repositories[0]) is expected


class TestOtherStorage:
    """Views as other providers will make them."""

    def check(self, *views: View) -> list[str]:
        """What VBR014 finds."""
        return shown(rules("VBR014")[0].check(Estate(views)))

    def repository(self, type_name: str, place: str, reference: str) -> RepositoryView:
        """A repository on what *reference* declares."""
        (view,) = project(instance(f"{type_name}.r", {
            "config": {place: {"name": "c"}}, "references": {place: [reference]}}))
        assert isinstance(view, RepositoryView)
        return view

    @pytest.mark.parametrize(("added", "severity"), [(True, "warning"), (False, "refuse")])
    def test_rules_that_google_adds_are_only_pointed_out(self, added: bool, severity: str) -> None:
        facts = instance("google_storage_bucket.b", {"config": {"name": "c"}})
        rule = LifecycleRuleView(Fact("old"), Fact(True), provider_added=Fact(added))
        found = self.check(
            BucketView(instance=facts, family="google", name=Fact("c"),
                       lifecycle=Lifecycle((rule,))),
            self.repository("veeam_google_cloud_repository", "bucket", facts.address))
        assert found == [f"violated {severity} google_storage_bucket.b"]

    @pytest.mark.parametrize(("prefix", "found"), [
        ("c/", True), ("", True), ("c/Veeam/Backup/", True), ("c/logs", True), ("c", True),
        ("other/", False), ("cc/", False)])
    def test_the_rules_of_an_account_reach_into_its_containers(self, prefix: str,
                                                               found: bool) -> None:
        account = instance("azurerm_storage_account.a", {"config": {"name": "acct"}})
        container = instance("azurerm_storage_container.c", {"config": {"name": "c"}})
        rule = LifecycleRuleView(Fact("old"), Fact(True), Fact(prefix))
        assert self.check(
            AccountView(instance=account, family="azure", name=Fact("acct"),
                        lifecycle=Lifecycle((rule,))),
            ContainerView(instance=container, family="azure", name=Fact("c"),
                          account=Link(Fact("acct")), lifecycle=Lifecycle()),
            self.repository("veeam_azure_blob_repository", "container", container.address),
        ) == (["violated refuse azurerm_storage_account.a"] if found else [])


def test_many_repositories_that_may_be_meant_make_one_finding_a_bucket() -> None:
    specs: dict[str, Any] = {"aws_s3_bucket.b": bucket("b"), "aws_s3_bucket.c": bucket("c")}
    for i in range(20):
        specs[f"veeam_amazon_s3_repository.r[{i}]"] = repository_on(
            UNKNOWN, immutability={"enabled": True})
    findings = run(specs, "VBR014", "VBR050")[0]
    assert len(findings) == 4
    assert all(len(f.related) == 5 and len(f.involves) == 21 for f in findings)
    assert "veeam_amazon_s3_repository.r[4] and 15 more may keep backups there" in (
        findings[0].because)


def test_at_apply_an_id_may_have_just_been_made() -> None:
    # The policy's target is known by now, while the facts of the repository are older.
    specs: dict[str, Any] = {
        "veeam_snowball_edge_repository.s": {"config": {}, "planned": {"id": UNKNOWN}},
        "veeam_agent_backup_policy.p": {
            "config": {"destination": {"repository_id": "just-made"}},
            "references": {"destination": ["veeam_snowball_edge_repository.s"]}}}
    assert shown(run(specs, phase="apply")[0]) == [
        "violated refuse veeam_agent_backup_policy.p destination.repository_id"]
