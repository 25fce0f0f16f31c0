"""Commands that empty or drop a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_INSTEAD = "try it on a copy, inside a transaction, or let a person do it"
_SQL_PROGRAMS = frozenset(
    ("psql", "mysql", "mariadb", "sqlite3", "sqlite", "cqlsh", "sqlcmd", "duckdb", "bq", "clickhouse-client", "cockroach", "sqlplus",
     "snowsql", "pgcli", "mycli", "usql", "spanner-cli", "wp", "trino", "presto", "beeline")
)  # fmt: skip
_MONGO = frozenset(("mongo", "mongosh"))
_DROPPED = (
    "table",
    "database",
    "schema",
    "index",
    "view",
    "keyspace",
    "collection",
    "user",
    "role",
    "materialized",
    "tablespace",
    "owned",
)

# program -> words that empty a database, in the shape in which frameworks name them
_VERBS: dict[str, tuple[str, ...]] = {
    "redis-cli": ("flushall", "flushdb"),
    "valkey-cli": ("flushall", "flushdb"),
    "mysqladmin": ("drop",),
    "rails": ("db:drop", "db:reset", "db:purge", "db:migrate:reset"),
    "rake": ("db:drop", "db:reset", "db:purge", "db:migrate:reset"),
    "artisan": ("migrate:fresh", "migrate:reset", "db:wipe"),
    "prisma": ("reset", "--force-reset"),
    "alembic": ("base",),
    "manage.py": ("flush", "reset_db", "sqlflush"),
    "django-admin": ("flush", "reset_db"),
    "sequelize": ("db:drop", "db:migrate:undo:all"),
    "sequelize-cli": ("db:drop", "db:migrate:undo:all"),
    "typeorm": ("schema:drop",),
    "knex": ("migrate:rollback",),
    "drush": ("sql-drop", "sql:drop"),
    "mix": ("ecto.drop", "ecto.reset"),
    "influx": ("delete",),
}


def judge_database(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one run."""
    run = subject.run
    decision = subject.facts.settings.database
    words = [word.lower() for word in run.words[1:]]
    program = run.program
    if program in ("dropdb", "dropuser"):
        yield subject.finding("database", program, f"`{program}` deletes it for good", _INSTEAD, decision)
        return
    if program in ("php", "python"):
        program = next(
            (word.rpartition("/")[2] for word in words[:2] if word.endswith(("artisan", "manage.py"))), program
        )
    for word in words:
        if word in _VERBS.get(program, ()):
            yield subject.finding("database", word, f"`{program} {word}` empties the database", _INSTEAD, decision)
            return
    texts = [*words, (run.stdin or "").lower()]
    if program in _SQL_PROGRAMS:
        found = next((harm for text in texts if (harm := find_harm(text))), "")
        if found:
            yield subject.finding("database", found, "deletes for good what the database holds", _INSTEAD, decision)
    elif program in _MONGO:
        for text in texts:
            squeezed = "".join(text.split())
            for sign in ("dropdatabase(", ".drop(", "deletemany({})", ".remove({})"):
                if sign in squeezed:
                    yield subject.finding(
                        "database", sign, "deletes for good what the database holds", _INSTEAD, decision
                    )
                    return


def find_harm(text: str) -> str:
    """The statement of an SQL text (lower case) that drops, truncates, or deletes without a condition; empty for none."""
    for statement in text.replace("\n", " ").split(";"):
        words = statement.replace("(", " ( ").split()
        for place, quoted in enumerate(words):
            word = quoted.strip("\"'`")
            following = words[place + 1 : place + 2]
            if (
                word == "drop"
                and following
                and following[0] in _DROPPED
                and (place == 0 or words[0] in ("alter", "begin", "explain"))
            ):
                return f"drop {following[0]}"
            if word == "truncate" and place == 0:
                return "truncate"
            if word == "delete" and following == ["from"] and "where" not in words and place == 0:
                return "delete from"
            if word == "update" and place == 0 and "set" in words and "where" not in words:
                return "update"
    return ""
