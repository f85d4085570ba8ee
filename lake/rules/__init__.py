"""The decisions of the lake, pure."""

from lake.rules.rows import Poison as Poison
from lake.rules.rows import row_of as row_of
from lake.rules.rows import row_of_item as row_of_item
from lake.rules.rows import school_of as school_of
