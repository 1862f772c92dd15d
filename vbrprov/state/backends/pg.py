"""State in a table of PostgreSQL; each write is one transaction of one statement.

Needs the extra ``pg``. Arguments as Terraform's:
https://developer.hashicorp.com/terraform/language/backend/pg
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString, TypeVar
from urllib.parse import urlsplit

from vbrprov.sdk.store import (
    BackendType,
    ObjectStore,
    Setting,
    StoreConflictError,
    Stored,
    StoreError,
    flag,
)

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

T = TypeVar("T")

_TABLE = "vbrprov_objects"
_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
# Whoever creates schema and table at the same time as others must not fail for it.
_CREATION_LOCK = 6148914691236517205


class PgStore(ObjectStore):
    """Rows of a table in a schema of its own.

    Args:
        settings: As ``PgBackend.settings`` lists them.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._where = settings["conn_str"]
        self._schema = settings["schema_name"]
        self._create = not flag(settings["skip_schema_creation"])
        self._create_table = not flag(settings["skip_table_creation"])
        self._mutex = threading.Lock()

    @property
    def description(self) -> str:
        """Host, database and schema."""
        if "://" not in self._where:
            return f"PostgreSQL, schema {self._schema}"
        parts = urlsplit(self._where)
        return (f"postgres://{parts.netloc.rpartition('@')[2]}{parts.path}, "
                f"schema {self._schema}")

    def get(self, name: str) -> Stored | None:
        """One row."""
        row = self._run(lambda c: c.execute(
            self._sql("SELECT data, version FROM {table} WHERE name = %s"), (name,)).fetchone())
        return None if row is None else Stored(bytes(row[0]), str(row[1]))

    def get_all(self, names: Sequence[str]) -> list[Stored | None]:
        """All rows at once."""
        rows = self._run(lambda c: c.execute(
            self._sql("SELECT name, data, version FROM {table} WHERE name = ANY(%s)"),
            (list(names),)).fetchall())
        found = {row[0]: Stored(bytes(row[1]), str(row[2])) for row in rows}
        return [found.get(name) for name in names]

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """INSERT that does nothing on conflict, or UPDATE of that very version."""
        def write(c: psycopg.Connection[Any]) -> Any:
            if expected is None:
                return c.execute(self._sql(
                    "INSERT INTO {table} (name, data) VALUES (%s, %s) "
                    "ON CONFLICT (name) DO NOTHING RETURNING version"), (name, data)).fetchone()
            return c.execute(self._sql(
                "UPDATE {table} SET data = %s, version = DEFAULT WHERE name = %s AND "
                "version = %s RETURNING version"), (data, name, int(expected))).fetchone()

        row = self._run(write)
        if row is None:
            raise StoreConflictError(f"{name} has changed.")
        return str(row[0])

    def delete(self, names: Sequence[str]) -> None:
        """One statement."""
        self._run(lambda c: c.execute(
            self._sql("DELETE FROM {table} WHERE name = ANY(%s)"), (list(names),)))

    def names(self, prefix: str) -> list[str]:
        """One statement."""
        rows = self._run(lambda c: c.execute(self._sql(
            "SELECT name FROM {table} WHERE starts_with(name, %s)"), (prefix,)).fetchall())
        return sorted(row[0] for row in rows)

    def __del__(self) -> None:
        # Otherwise the driver complains about a connection that is left open.
        self._drop()

    def _sql(self, text: LiteralString) -> sql.Composed:
        """A statement with the names of table and schema put in."""
        from psycopg import sql

        return sql.SQL(text).format(table=sql.Identifier(self._schema, _TABLE),
                                    schema=sql.Identifier(self._schema))

    def _run(self, call: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Run in a transaction of its own; connect first, and anew after a failure."""
        import psycopg

        with self._mutex:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                return call(self._connection)
            except psycopg.Error as error:
                lost = self._connection is None or self._connection.broken
                if lost:
                    self._drop()
                raise self._error(error, lost=lost) from error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg

        connection = psycopg.connect(self._where, autocommit=True, connect_timeout=10,
                                     application_name="vbrprov")
        try:
            if self._create or self._create_table:
                self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: psycopg.Connection[Any]) -> None:
        """Make schema and table where they are missing; versions are never given out twice."""
        found = connection.execute("SELECT to_regclass(%s)",
                                   (f'"{self._schema}"."{_TABLE}"',)).fetchone()
        if found is not None and found[0] is not None:
            return
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_CREATION_LOCK,))
            if self._create:
                connection.execute(self._sql("CREATE SCHEMA IF NOT EXISTS {schema}"))
            if self._create_table:
                connection.execute(self._sql(
                    "CREATE TABLE IF NOT EXISTS {table} (name text PRIMARY KEY, "
                    "data bytea NOT NULL, version bigserial NOT NULL)"))

    def _error(self, error: psycopg.Error, *, lost: bool) -> StoreError:
        said = str(error).strip().splitlines()
        detail = said[0] if said else type(error).__name__
        state = error.sqlstate or ""
        hint = ""
        if state.startswith("28") or "authentication failed" in detail:
            hint = "Check user and password in conn_str, PGUSER and PGPASSWORD."
        elif state == "42P01":
            hint = "Leave skip_table_creation out, or create the table by hand."
        passing = (lost and not hint) or state.startswith(("08", "40", "53", "57"))
        return StoreError(f"{detail}."[:500].replace("..", "."), hint=hint, passing=passing)


class PgBackend(BackendType):
    """A PostgreSQL database."""

    name: ClassVar[str] = "pg"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("conn_str", "The connection string; its parts may be in PGHOST and the like.",
                environ=("PG_CONN_STR",), secret=True),
        Setting("schema_name", "The schema.", default="vbrprov_remote_state",
                environ=("PG_SCHEMA_NAME",)),
        Setting("skip_schema_creation", "The schema is there already.", default="false",
                environ=("PG_SKIP_SCHEMA_CREATION",)),
        Setting("skip_table_creation", "The table is there already.", default="false",
                environ=("PG_SKIP_TABLE_CREATION",)),
        Setting("skip_index_creation", "", unused="there is no index but that of the names."),
    )

    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """Check the schema's name, and that the driver is installed."""
        if not _SCHEMA.fullmatch(settings["schema_name"]):
            raise StoreError('"schema_name" must be letters, digits and "_", and not begin with a '
                             "digit.")
        try:
            import psycopg  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise StoreError("the PostgreSQL driver is not installed.",
                             hint="Install it with:\n\n    pip install 'vbrprov[pg]'") from error
        return PgStore(settings)


BACKEND = PgBackend()
