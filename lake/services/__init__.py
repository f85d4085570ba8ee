"""The app's door: one function per use case."""

from lake.services.answers import answered as answered
from lake.services.answers import answers_kept as answers_kept
from lake.services.answers import forget_old as forget_old
from lake.services.answers import kept as kept
from lake.services.asking import ask as ask
from lake.services.asking import plan as plan
from lake.services.asking import question as question
from lake.services.asking import questions as questions
from lake.services.asking import run as run
from lake.services.compaction import CompactionReport as CompactionReport
from lake.services.compaction import compact as compact
from lake.services.compaction import compact_nightly as compact_nightly
from lake.services.compaction import give_up_missing as give_up_missing
from lake.services.defining import check_definition as check_definition
from lake.services.disclosing import held_of as held_of
from lake.services.erasure import order_erasure as order_erasure
from lake.services.erasure import place_of_order as place_of_order
from lake.services.erasure import said_of_an_order as said_of_an_order
from lake.services.filling import fill as fill
from lake.services.filling import look_for_gaps as look_for_gaps
from lake.services.holding import held as held
from lake.services.holding import hold as hold
from lake.services.holding import release as release
from lake.services.naming import called as called
from lake.services.state import LakeState as LakeState
from lake.services.state import state as state
