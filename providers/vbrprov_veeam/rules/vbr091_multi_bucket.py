"""VBR091: repositories that make buckets of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vbrprov.sdk import BucketView, Estate, Finding, RepositoryView, Rule, Severity, Truth, View
from vbrprov_veeam.rules._grants import VENDORS, grants_of, lacks, reads_only
from vbrprov_veeam.rules._saying import told

Place = tuple[str, View, str]


class MultiBucket(Rule):
    """What makes buckets stays that way, stays at home, and needs the rights for it."""

    rule_id = "VBR091"
    severity = Severity.REFUSE
    summary = "Repository with buckets of its own making"
    why = """
        A repository that makes buckets of its own keeps backups in them, so that cannot be
        switched off again. It cannot be a cloud repository of a tenant, and read-only credentials
        are of no use to it: when it cannot make a bucket it goes on in those that it has, and
        nobody is told. Storage that balances the load itself, by Veeam's SOSAPI, does not go with
        it either.
    """
    hint = "Leave enable_auto_provision as it is, or make another repository without it."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/s3_compatible_limitations.html"
    bad = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = true }
        }
        resource "veeam_cloud_tenant_quota" "customer" {
          repository_id = veeam_s3_compatible_repository.main.id
        }
    """
    good = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = false }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that makes buckets, or did."""
        for repository in estate.repositories:
            made = repository.provisioning.live.is_true
            off = (repository.provisioning.changed & made
                   & repository.provisioning.planned.holds(lambda own: not own, absent=True))
            makes = repository.auto_provision.is_true
            yield from self._fault(repository, "off", off, "is to stop making buckets of its own")
            if makes is Truth.NO:
                continue
            yield from self._fault(
                repository, "cloud", makes & estate.exposed(repository),
                "makes buckets of its own and is a cloud repository",
                [_with(quota) for quota, _ in estate.exposures(repository)])
            reads, credentials = reads_only(estate, repository)
            yield from self._fault(
                repository, "reader", makes & reads,
                "makes buckets of its own with credentials that can only read",
                [_with(view) for view in credentials])
            if reads is Truth.NO:
                yield from self._permissions(estate, repository, makes)
            yield from self._balancing(estate, repository, makes)

    def _permissions(self, estate: Estate, repository: RepositoryView,
                     makes: Truth) -> Iterator[Finding]:
        grants = grants_of(estate, repository) if repository.family in VENDORS else None
        if grants is not None:
            lack = lacks(repository, grants, "repository")
            yield from self._fault(
                repository, "grants", makes & lack.truth,
                f"makes buckets of its own with credentials that lack {lack.named}",
                [("what they are allowed", grants.said_in, "policy")], grants.views)

    def _balancing(self, estate: Estate, repository: RepositoryView,
                   makes: Truth) -> Iterator[Finding]:
        choice = estate.storage_of(repository)
        for storage in choice.options:
            if isinstance(storage, BucketView):
                fact = storage.smart_entities
                yield from self._fault(
                    repository, "balancing",
                    makes & choice.leads_to(storage) & fact.is_true,
                    "makes buckets of its own in storage that balances the load itself (SOSAPI)",
                    [("the bucket", storage, fact.at)], needs=fact.missing)

    def _fault(self, repository: RepositoryView, key: str, violated: Truth, said: str,
               places: Sequence[Place] = (), involves: Sequence[View] = (), *,
               needs: str = "") -> Iterator[Finding]:
        if violated is not Truth.NO:
            yield self.finding(
                violated, repository, told(violated, f"{repository.address} {said}"),
                at=repository.auto_provision.at, key=key, related=places,
                involves=[*(view for _, view, _ in places), *involves],
                final=bool(needs), needs=needs)


def _with(view: View) -> Place:
    return "what it does not go with", view, ""
