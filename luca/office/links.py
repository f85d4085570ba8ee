"""Where the first page leads to."""

from django.urls import reverse

PAGES = {
    "add_period": "tenants_periodrecord_add",
    "period": "tenants_periodrecord_change",
    "import": "tenants_peopleimport_upload",
    "teachers": "tenants_teacher_changelist",
    "nights": "grades_nights",
    "refused": "behavior_refusedevent_changelist",
    "sync": "govsync_syncrun_changelist",
    "start_sync": "govsync_syncrun_start",
    "run": "govsync_syncrun_change",
    "schools": "tenants_platformschool_changelist",
}


def to(page: str, *arguments: str) -> str:
    """The address of a page; empty for what has none of its own."""
    return reverse(f"admin:{PAGES[page]}", args=arguments) if page in PAGES else ""
