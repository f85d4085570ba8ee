"""The JSON of the sync."""

from govsync.serializers.periods import BalanceSerializer
from govsync.serializers.runs import RunSerializer, StartSerializer, shown

__all__ = ["BalanceSerializer", "RunSerializer", "StartSerializer", "shown"]
