from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('inbox', '0005_search')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='owed_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
