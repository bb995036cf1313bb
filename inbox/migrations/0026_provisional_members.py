from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class AddColumn(ops.AddField):
    """On the way back, the ORM would write the whole table anew, which conversations refer to."""

    async def database_backward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        if state_editor:
            await state_editor.client.execute_query("alter table member drop column provisional")


class Migration(migrations.Migration):
    dependencies = [('inbox', '0025_spellings')]

    initial = False

    operations = [
        AddColumn(model_name='Member', name='provisional', field=fields.CharField(max_length=8, default="", db_default="")),
    ]
