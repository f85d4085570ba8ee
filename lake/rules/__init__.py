"""The decisions of the lake, pure."""

from lake.rules.rows import Poison as Poison
from lake.rules.rows import row_of as row_of
