"""What became of asking for records to be sent anew."""

from typing import Any

from rest_framework import serializers


class ResentSerializer(serializers.Serializer[Any]):
    records = serializers.IntegerField(help_text="that the next run sends anew")
