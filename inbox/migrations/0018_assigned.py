from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# Most conversations are assigned to nobody. Counted among them, those of one person look like many
# to SQLite, and it walks through all open ones instead. The ORM cannot say the condition.
INDEX = "conversation_assigned"
WHAT = "conversation (assignee_id, state, last_at, id) where assignee_id is not null"


async def make(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(f"create index {INDEX} on {WHAT}")


async def drop(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(f"drop index {INDEX}")


class Migration(migrations.Migration):
    dependencies = [('inbox', '0017_emoji')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Conversation', fields=['assignee_id', 'state', 'last_at', 'id']
        ),
        ops.RunPython(make, reverse_code=drop),
    ]
