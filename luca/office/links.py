"""Where the first page leads to."""

from django.contrib.admin.utils import quote
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
    "invitations": "tenants_invitation_changelist",
    "schools": "tenants_platformschool_changelist",
}


def to(page: str, *arguments: str) -> str:
    """An address; the ids in it are quoted for Django's own pages, the only ones here with any."""
    return reverse(f"admin:{PAGES[page]}", args=[quote(one) for one in arguments])
