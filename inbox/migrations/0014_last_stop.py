from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('inbox', '0013_large_churches')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Member',
            name='last_stop_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
