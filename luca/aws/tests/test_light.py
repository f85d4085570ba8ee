"""Items without PynamoDB's objects are the very items that its objects are."""

import pytest
from pynamodb.attributes import UnicodeAttribute

from luca.aws import store
from luca.aws.store import light, spelled
from luca.aws.table import IntegerAttribute, TenantItem, tenant_key

pytestmark = pytest.mark.usefixtures("moto_table")


class LeafItem(TenantItem, discriminator="test-leaf"):
    colour = UnicodeAttribute()
    veins = IntegerAttribute(null=True)
    name = UnicodeAttribute(null=True, attr_name="called")


def test_an_item_is_spelled_as_its_object_would_be() -> None:
    made = LeafItem("p", "s", colour="red", veins=0, name="Oak", ttl=9)

    assert spelled(LeafItem, "p", "s", colour="red", veins=0, name="Oak", ttl=9) == made.serialize()
    assert spelled(LeafItem, "p", "s", colour="red") == LeafItem("p", "s", colour="red").serialize()


def test_what_is_not_of_the_model_is_refused_and_so_is_what_is_missing() -> None:
    with pytest.raises(ValueError, match="colour"):
        spelled(LeafItem, "p", "s")
    with pytest.raises(ValueError, match="weight"):
        spelled(LeafItem, "p", "s", colour="red", weight=1)


def test_what_is_spelled_is_read_again() -> None:
    found = light(LeafItem, spelled(LeafItem, "p", "s", colour="red", name="Oak"))

    assert (found.pk, found.sk, found.colour, found.name) == ("p", "s", "red", "Oak")
    assert (found.veins, found.ttl, found.gsi1pk) == (None, None, None)


def test_a_transaction_takes_spelled_items_beside_others() -> None:
    place = tenant_key("LEAF")
    work = store.Transaction()
    work.put(LeafItem(place, "a", colour="red"))
    work.put_raw(spelled(LeafItem, place, "b", colour="green"))
    work.put_raw(spelled(LeafItem, place, "c", colour="grey", ttl=1))
    assert len(work) == 3
    work.commit()

    found = store.every_light(LeafItem, place, LeafItem.sk >= "a")
    assert [(one.sk, one.colour) for one in found] == [("a", "red"), ("b", "green")]


def test_an_index_names_places_of_ones_own_school_only() -> None:
    queue = tenant_key("LEAVES")
    for pk in (tenant_key("LEAF"), "TENANT#somebody#LEAF"):
        store.put(LeafItem(pk, "a", colour="red", gsi2pk=queue, gsi2sk="x"))

    found = store.places(LeafItem, queue, LeafItem.gsi2sk >= "a", index="GSI2")

    assert list(found) == [(tenant_key("LEAF"), "a")]


def test_many_items_are_changed_alike_or_none_of_them() -> None:
    place = tenant_key("LEAF")
    leaves = [LeafItem(place, name, colour="green") for name in "abc"]
    store.batch_put(leaves)

    def turn(to: str, only: str) -> None:
        work = store.Transaction()
        work.update_alike(leaves, [LeafItem.colour.set(to)], LeafItem.colour == only)
        assert len(work) == 3
        work.commit()

    def colours() -> list[str]:
        return [one.colour for one in store.every_light(LeafItem, place, LeafItem.sk >= "a")]

    turn("red", only="green")
    assert colours() == ["red", "red", "red"]
    store.put(LeafItem(place, "c", colour="grey"))
    with pytest.raises(store.ConditionFailed):
        turn("brown", only="red")
    assert colours() == ["red", "red", "grey"]
