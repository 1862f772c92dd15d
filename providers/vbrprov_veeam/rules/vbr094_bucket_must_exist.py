"""VBR094: a repository does not make its bucket."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, PlacesView, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told


class BucketMustExist(Rule):
    """The bucket or container comes first."""

    rule_id = "VBR094"
    severity = Severity.WARNING
    summary = "Bucket that nobody here makes or reads"
    why = """
        Veeam Backup & Replication makes neither buckets nor containers: what a repository names has
        to exist. When it is declared here, as a resource or a data source, its settings are judged
        too.

        A bucket that the backup server does not see with the credentials of the repository, as
        data.veeam_object_storage shows, is refused.
    """
    hint = ("Declare the bucket as a resource, or read it with a data source, and refer to it by "
            "name.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/compatible_storage_details.html"
    phases = ("static", "live")
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          bucket { name = "agents-backup" }
        }
    """
    good = """
        resource "aws_s3_bucket" "backup" {
          bucket = "agents-backup"
        }
        resource "veeam_amazon_s3_repository" "main" {
          bucket { name = aws_s3_bucket.backup.bucket }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that is made here by where its bucket comes from."""
        for repository in estate.repositories:
            name = repository.storage.value
            # Before a plan nobody knows what exists. A name that is not known yet comes from
            # something that is declared.
            made = repository.anew or repository.instance.phase == "static"
            if not (made and repository.managed and name.known and name.value):
                continue
            declared = estate.storage_of(repository)
            if declared.options and not declared.open:
                continue
            seen = Truth.any(_seen_by(estate, repository))
            absent = Truth.any(~each for each in _seen_by(estate, repository)) & ~seen
            unclear = bool(declared.options) or seen is Truth.UNKNOWN
            violated = Truth.UNKNOWN if unclear else ~seen
            if violated is not Truth.NO:
                missing = absent is Truth.YES and violated is Truth.YES
                said = (f"{repository.address} names {name.shown}, which "
                        f"{'the backup server does not see' if missing else 'is not declared'}")
                yield self.finding(
                    violated, repository, told(violated, said), at=name.at,
                    severity=Severity.REFUSE if missing else None,
                    involves=estate.of(PlacesView) if missing else ())


def _seen_by(estate: Estate, repository: RepositoryView) -> Iterator[Truth]:
    """Whether each listing with the repository's credentials has its bucket."""
    name, link = repository.storage.value, repository.credentials
    for places in estate.of(PlacesView):
        theirs = places.credentials
        same = (theirs.value.value == link.value.value
                if theirs.value.known and link.value.known
                else bool(theirs.references & link.references))
        if same:
            yield places.names.holds(lambda names: name.value in names)
