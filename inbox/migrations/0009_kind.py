from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# What the search index forgets is decided by this column; a trigger holds on to its type.
SQLITE = [
    "drop trigger message_words_gone",
]
POSTGRES = ["drop trigger message_words_gone on message"]
SQLITE_AFTER = [
    "update message set kind = 'undone' where kind = 'gone'",
    "create trigger message_words_undone after update of kind on message when new.kind = 'undone' begin delete from message_words where rowid = new.id; end",
]
POSTGRES_AFTER = [
    "update message set kind = 'undone' where kind = 'gone'",
    "create trigger message_words_undone after update of kind on message for each row when (new.kind = 'undone') execute function forget_message()",
]


async def before(apps: Any, editor: Any) -> None:
    await _run(editor, SQLITE, POSTGRES)


async def after(apps: Any, editor: Any) -> None:
    await _run(editor, SQLITE_AFTER, POSTGRES_AFTER)


async def _run(editor: Any, sqlite: list[str], postgres: list[str]) -> None:
    for statement in sqlite if editor.client.capabilities.dialect != "postgres" else postgres:
        await editor.client.execute_query(statement)


class WidenField(ops.AlterField):
    """SQLite does not limit the length of texts, and rebuilding the table would lose its indexes."""

    async def database_forward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        if state_editor and state_editor.client.capabilities.dialect == "postgres":
            await super().database_forward(app_label, old_state, new_state, state_editor)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0008_attachments')]

    initial = False

    operations = [
        ops.RunPython(before),
        ops.RenameField(model_name='Message', old_name='direction', new_name='kind'),
        ops.RenameField(model_name='Conversation', old_name='last_direction', new_name='last_kind'),
        WidenField(model_name='Message', name='kind', field=fields.CharField(max_length=6)),
        ops.RunPython(after),
    ]
