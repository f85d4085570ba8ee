"""What can be done with grades: the only door for other apps. One function per use case."""

from grades.services.assessments import assessments_of, group_changed, save_assessments
from grades.services.assessments import remembered_assessments as assessments_as_remembered
from grades.services.background import (
    ask_for_consolidation,
    consolidate_and_go_on,
    consolidate_as_asked,
    consolidate_the_night,
    consolidation_job,
)
from grades.services.boundary import boundary_rows
from grades.services.consolidation import Report, consolidate
from grades.services.correcting import correct, evaluation, excuse, move, void
from grades.services.courses import rules_as_written, rules_for
from grades.services.curve_preview import preview_curve
from grades.services.curving import apply_curve, curve_assessment, curve_events, undo_curve
from grades.services.defining import (
    add_assessment,
    assessment,
    assessments_page,
    change_assessment,
    remove_assessment,
)
from grades.services.gradebook import (
    BadTable,
    apply_import,
    gradebook,
    gradebook_import,
    import_states,
    read_gradebook,
    undo_import,
    whole_gradebook,
)
from grades.services.night import (
    NIGHTS_KEPT,
    last_nights,
    nightly,
    school_night,
    school_nights,
)
from grades.services.publishing import (
    check_subject,
    publish_rules,
    rules_page,
    rules_version,
    withdraw_rules,
)
from grades.services.reading import (
    course_grades_page,
    evaluations_page,
    explanation,
    grades_of_period,
    grades_page,
    group_evaluations_page,
    history,
    official_grades_page,
    profile,
)
from grades.services.recording import record
from grades.services.report_cards import (
    begin_group_cards,
    begin_student_card,
    report_card,
    report_cards,
)
from grades.services.simulating import (
    Simulation,
    Tell,
    ask_for_simulation,
    simulation,
    simulation_asked,
    simulation_job,
)
from grades.services.syncing import (
    claim,
    claim_all,
    explanations,
    give_back,
    grade,
    mark_all_synced,
    mark_synced,
    release,
    sync_candidates,
)

__all__ = [
    "NIGHTS_KEPT",
    "BadTable",
    "Report",
    "Simulation",
    "Tell",
    "add_assessment",
    "apply_curve",
    "apply_import",
    "ask_for_consolidation",
    "ask_for_simulation",
    "assessment",
    "assessments_as_remembered",
    "assessments_of",
    "assessments_page",
    "begin_group_cards",
    "begin_student_card",
    "boundary_rows",
    "change_assessment",
    "check_subject",
    "claim",
    "claim_all",
    "consolidate",
    "consolidate_and_go_on",
    "consolidate_as_asked",
    "consolidate_the_night",
    "consolidation_job",
    "correct",
    "course_grades_page",
    "curve_assessment",
    "curve_events",
    "evaluation",
    "evaluations_page",
    "excuse",
    "explanation",
    "explanations",
    "give_back",
    "grade",
    "gradebook",
    "gradebook_import",
    "grades_of_period",
    "grades_page",
    "group_changed",
    "group_evaluations_page",
    "history",
    "import_states",
    "last_nights",
    "mark_all_synced",
    "mark_synced",
    "move",
    "nightly",
    "official_grades_page",
    "preview_curve",
    "profile",
    "publish_rules",
    "read_gradebook",
    "record",
    "release",
    "remove_assessment",
    "report_card",
    "report_cards",
    "rules_as_written",
    "rules_for",
    "rules_page",
    "rules_version",
    "save_assessments",
    "school_night",
    "school_nights",
    "simulation",
    "simulation_asked",
    "simulation_job",
    "sync_candidates",
    "undo_curve",
    "undo_import",
    "void",
    "whole_gradebook",
    "withdraw_rules",
]
