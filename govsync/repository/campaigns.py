"""Campaigns: items of the platform; each change of one is a conditional write."""

import json
from collections.abc import Iterator
from decimal import Decimal

from govsync import engine, keys
from govsync.domain import Campaign, Opened
from govsync.models import CampaignItem, OpenedItem, ParentItem
from luca.aws import store
from luca.kernel import clock
from luca.kernel.ids import PeriodId, SchoolId


def add(campaign: Campaign, definition: str, seen: Campaign | None) -> None:
    """Begin a campaign in the place of the period's last one; ConditionFailed if there is another.

    The definition comes first: a campaign that is to be seen has it.
    """
    store.put(ParentItem(keys.parent(campaign.id), keys.SINGLE, text=definition))
    last = CampaignItem.pk.does_not_exist()
    if seen is not None:
        last = (CampaignItem.campaign == seen.id) & (CampaignItem.version == seen.version)
    store.put(_item(campaign), last)


def move(campaign: Campaign, seen: int) -> None:
    """Store the next state of a campaign; ConditionFailed if somebody else has moved it."""
    same = (CampaignItem.campaign == campaign.id) & (CampaignItem.version == seen)
    store.put(_item(campaign), same)


def get(period: str) -> Campaign | None:
    """The present or the last campaign of a period."""
    found = store.get(CampaignItem, keys.campaigns(), period, consistent=True)
    return None if found is None else _campaign(found)


def last_of_each_period() -> list[Campaign]:
    return [_campaign(item) for item in store.every(CampaignItem, keys.campaigns())]


def definition(identity: str) -> str:
    """The text of the machine that a campaign began with."""
    found = store.get(ParentItem, keys.parent(identity), keys.SINGLE, consistent=True)
    if found is None:
        raise LookupError(f"Campaign {identity} has lost its definition.")
    return found.text


def note(identity: str, opened: Opened) -> None:
    """Write down what became of a school; repeating it changes nothing."""
    store.put(
        OpenedItem(
            keys.campaign(identity),
            opened.school,
            run=opened.run or None,
            why_not=opened.why_not or None,
            at=clock.now(),
        )
    )


def noted(identity: str, school: str) -> Opened | None:
    found = store.get(OpenedItem, keys.campaign(identity), school, consistent=True)
    return None if found is None else _opened(found)


def opened(identity: str) -> Iterator[Opened]:
    """What became of the schools that were asked so far, by their ids."""
    for item in store.every(OpenedItem, keys.campaign(identity)):
        yield _opened(item)


def _opened(item: OpenedItem) -> Opened:
    return Opened(SchoolId(item.sk), item.run or "", item.why_not or "")


def _item(campaign: Campaign) -> CampaignItem:
    return CampaignItem(
        keys.campaigns(),
        campaign.period,
        campaign=campaign.id,
        status=campaign.status.value,
        execution=json.dumps(engine.dump(campaign.execution)),
        machine=campaign.machine,
        began=campaign.began,
        correlation_id=campaign.correlation_id,
        engine=campaign.engine,
        version=campaign.version,
        leased_until=campaign.leased_until,
        not_before=campaign.not_before,
        finished=campaign.finished,
        time_scale=Decimal(str(campaign.time_scale)),
        times=json.dumps({path: clock.stamp(at) for path, at in campaign.times.items()}),
        updated=clock.now(),
    )


def _campaign(item: CampaignItem) -> Campaign:
    return Campaign(
        id=item.campaign,
        period=PeriodId(item.sk),
        execution=engine.restore(json.loads(item.execution)),
        machine=item.machine,
        began=item.began,
        correlation_id=item.correlation_id,
        engine=item.engine,
        version=int(item.version),
        leased_until=item.leased_until,
        not_before=item.not_before,
        finished=item.finished,
        time_scale=float(item.time_scale),
        times={path: clock.parse(at) for path, at in json.loads(item.times).items()},
        updated=item.updated,
    )
