from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index, PartialIndex

class Migration(migrations.Migration):
    dependencies = [('inbox', '0003_heard')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Draft',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('inbox.Staff', source_field='staff_id', db_constraint=True, to_field='id', related_name='drafts', on_delete=OnDelete.CASCADE)),
                ('conversation', fields.ForeignKeyField('inbox.Conversation', source_field='conversation_id', db_constraint=True, to_field='id', related_name='drafts', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=5)),
                ('body', fields.TextField(unique=False)),
                ('updated_at', fields.DatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={'table': 'draft', 'app': 'inbox', 'unique_together': (('staff_id', 'conversation_id', 'kind'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LeftOut',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('broadcast', fields.ForeignKeyField('inbox.Broadcast', source_field='broadcast_id', db_constraint=True, to_field='id', related_name='left_out', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('inbox.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='left_out', on_delete=OnDelete.CASCADE)),
                ('reason', fields.CharField(max_length=20)),
            ],
            options={'table': 'left_out', 'app': 'inbox', 'unique_together': (('broadcast_id', 'member_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Mention',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('inbox.Staff', source_field='staff_id', db_constraint=True, to_field='id', related_name='mentions', on_delete=OnDelete.CASCADE)),
                ('conversation', fields.ForeignKeyField('inbox.Conversation', source_field='conversation_id', db_constraint=True, to_field='id', related_name='mentions', on_delete=OnDelete.CASCADE)),
                ('message', fields.ForeignKeyField('inbox.Message', source_field='message_id', db_constraint=True, to_field='id', related_name='mentions', on_delete=OnDelete.CASCADE)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ('seen_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mention', 'app': 'inbox', 'unique_together': (('staff_id', 'conversation_id'),), 'indexes': [Index(fields=['conversation_id'])], 'pk_attr': 'id', 'table_description': 'The newest note of a conversation that names this person.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PushKey',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('public_key', fields.CharField(max_length=100)),
                ('private_key_sealed', fields.TextField(unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'push_key', 'app': 'inbox', 'pk_attr': 'id', 'table_description': "The installation's own VAPID key pair: made once, the private one sealed."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('inbox.Staff', source_field='staff_id', db_constraint=True, to_field='id', related_name='push_subscriptions', on_delete=OnDelete.CASCADE)),
                ('session', fields.ForeignKeyField('inbox.Session', source_field='session_id', db_constraint=True, to_field='id', related_name='push_subscriptions', on_delete=OnDelete.CASCADE)),
                ('endpoint', fields.CharField(unique=True, max_length=500)),
                ('p256dh', fields.CharField(max_length=200)),
                ('auth', fields.CharField(max_length=100)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'push_subscription', 'app': 'inbox', 'indexes': [Index(fields=['staff_id'])], 'pk_attr': 'id', 'table_description': 'One browser of one person. It ends with the session in which it was made.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SavedReply',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('church', fields.ForeignKeyField('inbox.Church', source_field='church_id', db_constraint=True, to_field='id', related_name='saved_replies', on_delete=OnDelete.CASCADE)),
                ('title', fields.CharField(max_length=80)),
                ('body', fields.TextField(unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'saved_reply', 'app': 'inbox', 'unique_together': (('church_id', 'title'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Church',
            name='language',
            field=fields.CharField(default='en', db_default='en', max_length=5),
        ),
        ops.AddField(
            model_name='Conversation',
            name='answering',
            field=fields.ForeignKeyField('inbox.Broadcast', source_field='answering_id', null=True, db_constraint=True, to_field='id', related_name='answering', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Conversation',
            name='scheduled_for',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Conversation',
            index=Index(fields=['church_id', 'scheduled_for']),
        ),
        ops.AddField(
            model_name='Member',
            name='about',
            field=fields.TextField(default='', db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Message',
            name='answers',
            field=fields.ForeignKeyField('inbox.Broadcast', source_field='answers_id', null=True, db_constraint=True, to_field='id', related_name='answers', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Message',
            name='notify',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Message',
            name='scheduled_for',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['answers_id', 'id']),
        ),
        ops.AddIndex(
            model_name='Message',
            index=PartialIndex(fields=['scheduled_for'], name='message_scheduled', condition={'status': 'scheduled'}),
        ),
        ops.AddIndex(
            model_name='Message',
            index=PartialIndex(fields=['id'], name='message_notify', condition={'notify': True}),
        ),
        ops.AddField(
            model_name='Staff',
            name='enter_sends',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='Staff',
            name='notify',
            field=fields.CharField(default='mine', db_default='mine', max_length=8),
        ),
        ops.AddField(
            model_name='Staff',
            name='notify_days',
            field=fields.CharField(default='0123456', db_default='0123456', max_length=7),
        ),
        ops.AddField(
            model_name='Staff',
            name='notify_from',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Staff',
            name='notify_until',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Staff',
            name='sound',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='Staff',
            name='undo_seconds',
            field=fields.SmallIntField(default=5, db_default=5),
        ),
    ]
