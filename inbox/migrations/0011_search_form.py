from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# PostgreSQL remembers in which form each text is indexed. The worker writes those of an earlier form
# again, and they stay found as before until then. SQLite needs no column for that: there, the
# worker replaces every row it comes to.
FORWARD = [
    "alter table message_words add column form smallint not null default 1",
    "update search_state set indexed_until = 0",
]
BACK = ["alter table message_words drop column form"]


async def add(apps: Any, editor: Any) -> None:
    await _run(editor, FORWARD)


async def drop(apps: Any, editor: Any) -> None:
    await _run(editor, BACK)


async def _run(editor: Any, statements: list[str]) -> None:
    if editor.client.capabilities.dialect == "postgres":
        for statement in statements:
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0010_search_again')]

    initial = False

    operations = [
        ops.RunPython(add, reverse_code=drop),
    ]
