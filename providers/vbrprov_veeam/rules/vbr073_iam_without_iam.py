"""VBR073: IAM and STS on a storage without an IAM API."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth

#: Storages without an API like that of AWS IAM.
WITHOUT_IAM = ("minio",)


class IamWithoutIam(Rule):
    """MinIO has users and policies of its own kind only."""

    rule_id = "VBR073"
    severity = Severity.REFUSE
    summary = "Agent access by IAM and STS on a storage without an IAM API"
    why = """
        With mode = "iam_sts" the backup server makes a user for each agent through an API like that
        of AWS IAM. MinIO has no such API, so no agent would get keys.

        See https://github.com/minio/minio/issues/14298.
    """
    hint = 'Use mode = "backup_server", or "shared_credentials" where all computers are trusted.'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/access_permissions.html"
    phases = ("static",)
    bad = """
        resource "veeam_s3_compatible_repository" "main" {
          vendor = "minio"
        }
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_s3_compatible_repository.main.id
          mode          = "iam_sts"
        }
    """
    good = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_s3_compatible_repository.main.id
          mode          = "backup_server"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each agent access with its repository."""
        for access in estate.agent_accesses:
            choice = estate.repository_pool.resolve(access.repository)
            violated = access.mode.equals("iam_sts") & choice.holds(
                lambda repository: repository.vendor.holds(lambda own: own in WITHOUT_IAM))
            if violated is not Truth.NO:
                said = f"{access.address} uses IAM and STS on a storage that has no IAM API"
                yield self.finding(
                    violated, access, f"{said}." if violated is Truth.YES
                    else f"It is not known yet whether {said}.", at=access.mode.at,
                    related=[("the vendor", repository, repository.vendor.at)
                             for repository in choice.options], involves=choice.options)
