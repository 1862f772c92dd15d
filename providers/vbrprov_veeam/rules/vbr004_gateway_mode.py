"""VBR004: a connection mode and gateway servers that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, RepositoryView, Rule, Severity, Truth


class GatewayMode(Rule):
    """Gateway mode needs gateway servers; direct mode has none."""

    rule_id = "VBR004"
    severity = Severity.REFUSE
    summary = "Connection mode and gateway servers do not match"
    why = """
        A repository in gateway mode has no way to its storage without a gateway server, and one in
        direct mode never uses the gateway servers that it names. With one single gateway server,
        every backup fails while that server is down.

        In gateway mode all data pass a gateway server of the repository; in direct mode each
        machine opens its own connection to the object storage. Naming gateway servers in direct
        mode promises a path that no data will take, which matters where networks are closed. One
        single gateway server works, so it is only warned about.
    """
    hint = ('Name at least two servers in gateway_server_ids with mode = "selected_gateway", or '
            'use mode = "direct" without any.')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/gateway_server.html"
    phases = ("static",)
    bad = """
        connection {
          mode               = "selected_gateway"
          gateway_server_ids = []
        }
    """
    good = """
        connection {
          mode               = "selected_gateway"
          gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that configuration manages."""
        for repository in estate.repositories:
            if repository.managed:
                yield from self._check(repository)

    def _check(self, repository: RepositoryView) -> Iterator[Finding]:
        mode, gateways = repository.connection_mode, repository.gateway_ids
        through = mode.equals("gateway")
        none = gateways.holds(lambda ids: not ids, absent=True)
        # The server may answer with gateways of its own choice for a direct repository; only
        # those that the configuration asks for are at odds with the mode.
        asked = Truth.of(repository.gateways_asked)
        refused = (through & none) | (mode.equals("direct") & ~none & asked)
        if refused is not Truth.NO:
            yield self.finding(refused, repository, self._because(repository, through, none),
                               at=gateways.at if repository.gateways_asked else mode.at,
                               key="gateways")
        single = through & gateways.holds(lambda ids: len(ids) == 1)
        if single is not Truth.NO:
            yield self.finding(
                single, repository, f"{repository.address} reaches its storage through one single "
                "gateway server.", at=gateways.at, key="single", severity=Severity.WARNING)

    def _because(self, repository: RepositoryView, through: Truth, none: Truth) -> str:
        who = repository.address
        if Truth.UNKNOWN in (through, none):
            return (f"It is not known whether the connection mode of {who} and its list of gateway "
                    "servers go together.")
        if through is Truth.YES:
            return f"{who} is in gateway mode and names no gateway server."
        return f"{who} is in direct mode and names gateway servers."
