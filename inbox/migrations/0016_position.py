from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# A position is at first the id: the order stays as it was, and so does what pages that are open
# meanwhile know, which name ids. What is written from now on takes its place below.
RAISE = (
    "update conversation set revision = (select max(message.id) from message "
    "where message.conversation_id = conversation.id) where revision < (select max(message.id) "
    "from message where message.conversation_id = conversation.id)"
)
SQLITE = [
    # It wants a default for rows that are there already. The ORM never uses it.
    "alter table message add column position bigint not null default 0",
    "update message set position = id",
    RAISE,
]
POSTGRES = [
    # The table is written once, and not every row a second time.
    "alter table message add column position bigint not null generated always as (id) stored",
    "alter table message alter column position drop expression",
    RAISE,
]
BACK = ["alter table message drop column position"]


class AddPosition(ops.AddField):
    """A column that every new row has to fill."""

    async def database_forward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        await _run(state_editor, SQLITE, POSTGRES)

    async def database_backward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        await _run(state_editor, BACK, BACK)


async def _run(editor: Any, sqlite: list[str], postgres: list[str]) -> None:
    if editor:
        is_postgres = editor.client.capabilities.dialect == "postgres"
        for statement in postgres if is_postgres else sqlite:
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0015_scheduled_body')]

    initial = False

    operations = [
        AddPosition(model_name='Message', name='position', field=fields.BigIntField()),
        ops.RemoveIndex(model_name='Message', fields=['conversation_id', 'id']),
        ops.AddIndex(model_name='Message', index=Index(fields=['conversation_id', 'position', 'id'])),
    ]
