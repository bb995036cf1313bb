from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# Texts are indexed in another way: runs without spaces by their pairs of letters, phone numbers by
# their parts. The worker indexes all texts again, in batches. On SQLite it replaces a row that is
# there, so that what was found stays found meanwhile; on PostgreSQL it skips such a row.
POSTGRES = ["truncate message_words"]
BOTH = ["update search_state set indexed_until = 0"]


async def index_again(apps: Any, editor: Any) -> None:
    on_postgres = editor.client.capabilities.dialect == "postgres"
    for statement in [*(POSTGRES if on_postgres else []), *BOTH]:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0009_kind')]

    initial = False

    operations = [
        # An earlier version indexes in its own way again.
        ops.RunPython(index_again, reverse_code=index_again),
    ]
