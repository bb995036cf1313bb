from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# Texts are indexed in another form: runs without spaces by their pairs of letters, phone numbers by
# their parts. The worker indexes all texts again, in batches. What was found stays found meanwhile:
# on SQLite it replaces the row of each text, and 0011_search_form does the same for PostgreSQL.
AGAIN = "update search_state set indexed_until = 0"


async def index_again(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(AGAIN)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0009_kind')]

    initial = False

    operations = [
        # An earlier version indexes in its own form again.
        ops.RunPython(index_again, reverse_code=index_again),
    ]
