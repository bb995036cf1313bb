from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# "Staff" is everyone who signs in. The role between owner and volunteer gets a name of its own.
RENAME = "update staff set role = 'editor' where role = 'staff'"
BACK = "update staff set role = 'staff' where role = 'editor'"


class AlterDefault(ops.AlterField):
    """The ORM writes every value, so the database's own default does not matter, and SQLite would
    rebuild the table without its indexes."""

    async def database_forward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        pass

    async def database_backward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        pass


class Migration(migrations.Migration):
    dependencies = [('inbox', '0022_member_words')]

    initial = False

    operations = [
        AlterDefault(model_name='Staff', name='role', field=fields.CharField(default='editor', max_length=12)),
        ops.RunSQL(RENAME, reverse_sql=BACK),
    ]
