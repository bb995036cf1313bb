from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

FILL = (
    "update conversation set last_attachments = "
    "(select {joined}(content_type, ' ') from media where message_id = last_message_id) "
    "where last_message_id in (select message_id from media)"
)


async def fill(apps: Any, editor: Any) -> None:
    speaks_postgres = editor.client.capabilities.dialect == "postgres"
    joined = "string_agg" if speaks_postgres else "group_concat"
    await editor.client.execute_query(FILL.format(joined=joined))


async def leave(apps: Any, editor: Any) -> None:
    pass


class Migration(migrations.Migration):
    dependencies = [('inbox', '0007_answering')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Conversation',
            name='last_attachments',
            field=fields.TextField(default='', db_default=''),
        ),
        ops.RunPython(fill, reverse_code=leave),
    ]
