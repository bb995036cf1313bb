from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Partial indexes of which the ORM cannot say the condition.
INDEXES = {
    "broadcast_canceling": "broadcast (id) where canceled_until is not null",
    "conversation_failed": "conversation (church_id, last_at, id) where last_status in ('failed', 'undelivered')",
    "message_retrying": "message (conversation_id, priority) where status = 'queued' and attempts > 0",
}


async def make(apps: Any, editor: Any) -> None:
    for name, what in INDEXES.items():
        await editor.client.execute_query(f"create index {name} on {what}")


async def drop(apps: Any, editor: Any) -> None:
    for name in INDEXES:
        await editor.client.execute_query(f"drop index {name}")


class Migration(migrations.Migration):
    dependencies = [('inbox', '0012_opt_outs')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Broadcast',
            name='canceled_until',
            field=fields.BigIntField(null=True),
        ),
        # Of all queued texts; now only those that are tried again are looked for in this way.
        ops.RemoveIndex(model_name='Message', name='message_queued'),
        ops.AddIndex(
            model_name='Member',
            index=Index(fields=['church_id', 'id']),
        ),
        ops.RunPython(make, reverse_code=drop),
    ]
