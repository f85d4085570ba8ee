"""The app's door: one function per use case."""

from lake.services.defining import check_definition as check_definition
from lake.services.erasure import order_erasure as order_erasure
from lake.services.erasure import place_of_order as place_of_order
