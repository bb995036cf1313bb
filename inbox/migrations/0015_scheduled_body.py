from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FILL = (
    "update conversation set scheduled_body = (select substr(message.body, 1, 120) from message "
    "where message.conversation_id = conversation.id and message.status = 'scheduled' "
    "order by message.scheduled_for, message.id limit 1) where scheduled_for is not null"
)


async def fill(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(FILL)


async def leave(apps: Any, editor: Any) -> None:
    pass


class Migration(migrations.Migration):
    dependencies = [('inbox', '0014_last_stop')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Conversation',
            name='scheduled_body',
            field=fields.CharField(120, default='', db_default=''),
        ),
        ops.RunPython(fill, reverse_code=leave),
    ]
