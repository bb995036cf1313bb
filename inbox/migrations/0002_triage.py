from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('inbox', '0001_initial')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Conversation',
            name='assignee',
            field=fields.ForeignKeyField('inbox.Staff', source_field='assignee_id', null=True, db_constraint=True, to_field='id', related_name='assigned', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Conversation',
            name='owed_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Conversation',
            name='snoozed_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Conversation',
            name='state',
            field=fields.CharField(default='open', db_default='open', max_length=8),
        ),
        ops.AddIndex(
            model_name='Conversation',
            index=Index(fields=['church_id', 'state', 'last_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Conversation',
            index=Index(fields=['assignee_id', 'state', 'last_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Conversation',
            index=Index(fields=['snoozed_until']),
        ),
    ]
