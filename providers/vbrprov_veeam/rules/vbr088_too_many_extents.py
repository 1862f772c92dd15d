"""VBR088: how many extents, and how many scale-out repositories."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._servers import every_server
from vbrprov_veeam.rules._tiers import at_least

#: More active extents than this in a tier make it slow.
ADVISED = 24
#: What the edition Enterprise allows.
ENTERPRISE_SCALE_OUTS = 2
ENTERPRISE_EXTENTS = 3


class TooManyExtents(Rule):
    """What the licence allows, and what still performs."""

    rule_id = "VBR088"
    severity = Severity.REFUSE
    summary = "Too many extents or scale-out repositories"
    why = """
        The edition Enterprise allows two scale-out backup repositories, each with three extents of
        a tier that are not in maintenance; jobs to one with more fail. Enterprise Plus and the
        Veeam Universal License have no such limit.

        In all editions, more than 24 active extents in one tier are slow, which is a warning.
    """
    hint = ('Use fewer, put an extent into maintenance with mode = "maintenance", or state another '
            "license_edition in data.veeam_backup_server.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/sobr_limitations.html"
    phases = ("static", "plan")
    bad = """
        data "veeam_backup_server" "this" {
          license_edition = "enterprise"
        }
        resource "veeam_scale_out_repository" "a" { }
        resource "veeam_scale_out_repository" "b" { }
        resource "veeam_scale_out_repository" "c" { }
    """
    good = """
        data "veeam_backup_server" "this" {
          license_edition = "enterprise_plus"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each tier by its number of extents, then the number of scale-out repositories."""
        limited = every_server(estate, lambda server: server.edition.equals("enterprise"))
        servers = estate.servers
        for scale_out, tier, _ in estate.tiers():
            modes = [extent.mode.planned for extent in tier.extents]
            active = [mode.holds(lambda own: own == "normal", absent=True) for mode in modes]
            used = [mode.holds(lambda own: own != "maintenance", absent=True) for mode in modes]
            if not tier.complete:
                used.append(Truth.UNKNOWN)
            over = limited & at_least(ENTERPRISE_EXTENTS + 1, used)
            if over is not Truth.NO:
                yield self.finding(
                    over, scale_out, told(over, (
                        f"{scale_out.address} has more than {ENTERPRISE_EXTENTS} extents in its "
                        f"{tier.name} tier, with the edition Enterprise")),
                    at=tier.at, key=f"licence:{tier.name}", involves=servers,
                    related=[("the edition", server, server.edition.at) for server in servers])
                continue
            many = at_least(ADVISED + 1, active)
            if many is not Truth.NO:
                yield self.finding(
                    many, scale_out, told(many, (
                        f"{scale_out.address} has more than {ADVISED} active extents in its "
                        f"{tier.name} tier")),
                    at=tier.at, key=f"many:{tier.name}", severity=Severity.WARNING)
        extra = estate.scale_outs[ENTERPRISE_SCALE_OUTS:]
        if limited is not Truth.NO and extra:
            yield self.finding(
                limited, extra[0], told(limited, (
                    f"{extra[0].address} is one of {len(estate.scale_outs)} scale-out repositories "
                    f"with the edition Enterprise, which allows {ENTERPRISE_SCALE_OUTS}")),
                key="scale-outs", involves=[*estate.scale_outs, *servers],
                related=[("the edition", server, server.edition.at) for server in servers])
