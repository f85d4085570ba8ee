"""Items from their images, as DynamoDB spells them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tenants.domain import Enrolment, Period
from tenants.models import EnrolledItem, PeriodItem, ProfileItem
from tenants.repository import enrolling, schools


def period(image: Mapping[str, Any]) -> Period:
    return schools.period_of(PeriodItem.from_raw_data(dict(image)))


def enrolment(image: Mapping[str, Any]) -> Enrolment:
    return enrolling.enrolment_of(EnrolledItem.from_raw_data(dict(image)))


def zone(image: Mapping[str, Any]) -> ZoneInfo:
    return ZoneInfo(ProfileItem.from_raw_data(dict(image)).time_zone)
