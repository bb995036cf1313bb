"""The words of both search indexes in SQL, on either database."""

from inbox import db


def match(table: str) -> str:
    """A SQL condition whose `?` is a query."""
    return (
        "words @@ cast(cast(? as text) as tsquery)" if db.speaks_postgres() else f"{table} match ?"
    )


def word_asked(word: str, may_go_on: bool = False) -> str:
    if db.speaks_postgres():
        return f"'{word}'{':*' if may_go_on else ''}"
    return f'"{word}"{"*" if may_go_on else ""}'
