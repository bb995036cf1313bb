from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# Letters and digits of any width are indexed as the plain ones, and "O'Brien" also as one word. The
# worker indexes all texts again, in batches; what was found stays found meanwhile.
AGAIN = "update search_state set indexed_until = 0"


async def index_again(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(AGAIN)


class Migration(migrations.Migration):
    dependencies = [('inbox', '0019_progress')]

    initial = False

    operations = [
        ops.RunPython(index_again, reverse_code=index_again),
    ]
