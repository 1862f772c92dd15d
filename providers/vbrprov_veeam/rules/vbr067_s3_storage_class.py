"""VBR067: storage classes of S3 that repositories can use."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import BucketView, Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told

#: Classes of repositories, by type.
CLASSES = {
    "amazon_s3": ("standard", "infrequent", "one_zone"),
    "eleven_eleven": ("standard", "infrequent"),
}
#: Classes of IBM Cloud buckets in which objects cannot be read at once.
ARCHIVES = frozenset({"archive", "accelerated", "accelerated_archive", "glacier"})


class S3StorageClass(Rule):
    """Backups need a class in which they can be read at once."""

    rule_id = "VBR067"
    severity = Severity.REFUSE
    summary = "Storage class that the repository cannot use"
    why = """
        An Amazon S3 repository keeps backups in the class Standard, Standard-IA or One Zone-IA, one
        on 11:11 storage in Standard or Standard-IA. The classes Archive and Accelerated Archive of
        IBM Cloud are not supported.
    """
    hint = "Use a class that is supported; for archives there is the archive tier."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/s3_compatible_limitations.html"
    phases = ("static", "live")
    bad = """
        resource "veeam_repository_storage_class" "cold" {
          repository_id = veeam_amazon_s3_repository.main.id
          storage_class = "coldline"
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          bucket {
            name              = "agents-backup"
            folder            = "main"
            infrequent_access = true
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge repositories by their class, then buckets in IBM Cloud by theirs."""
        for repository in estate.repositories:
            allowed = CLASSES.get(repository.type)
            if allowed is not None:
                tier = estate.own_tier(repository)
                wrong = tier.holds(lambda own, allowed=allowed: own not in allowed)  # type: ignore[misc]  # bound at once
                if wrong is not Truth.NO:
                    yield self.finding(
                        wrong, repository, told(wrong, (
                            f"{repository.address} is to keep backups in a storage class that is "
                            "not supported")), at=tier.at, key="class")
        for use in estate.storage_in_use():
            bucket = use.storage
            if not isinstance(bucket, BucketView):
                continue
            archive = bucket.storage_class.holds(lambda own: own.lower() in ARCHIVES)
            violated = archive & Truth.any(
                user.sure & user.repository.vendor.equals("ibm") for user in use.uses)
            if violated is not Truth.NO:
                yield self.finding(
                    violated, bucket, told(violated, (
                        f"{bucket.address} keeps objects in an archive, and {use.users} uses it")),
                    at=bucket.storage_class.at, key="bucket",
                    related=[("the repository", user, user.storage.value.at)
                             for user in use.named],
                    involves=use.repositories, before=use.repositories)
