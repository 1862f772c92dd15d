"""A provider whose cloud is a ledger in another process: a type for each recovery class."""

from vbrprov.sdk import Provider

PROVIDER = Provider(name="ledger", package="vbrprov_ledger", registry="example.com/tests/ledger",
                    doc="Objects of the ledger cloud.")
