"""The JSON of the sync."""

from govsync.serializers.runs import BalanceSerializer, RunSerializer, StartSerializer, shown

__all__ = ["BalanceSerializer", "RunSerializer", "StartSerializer", "shown"]
