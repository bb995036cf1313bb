from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('inbox', '0006_owed')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='was_answering',
            field=fields.BigIntField(null=True),
        ),
    ]
