"""议题回避 as part of the one source of recusal."""

from workgroups.recusal.scope import Apart

from .models import ItemRecusal

ITEM_RECUSALS = Apart(f"SELECT 'item', item_id::text FROM {ItemRecusal._meta.db_table} WHERE person_id = %s")
