from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('inbox', '0011_search_form')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Member',
            name='opted_out_by',
            field=fields.CharField(null=True, max_length=120),
        ),
        ops.AddField(
            model_name='Conversation',
            name='opt_out_hint_id',
            field=fields.BigIntField(null=True),
        ),
    ]
