"""Several items in one request, and index keys that name another partition than the item's own."""

from collections.abc import Iterator, Sequence

from tests.isolation.asks import INDEXES, TABLE, Ask, Json, Meaning, Question, about, dynamodb
from tests.isolation.items import HERE, LITERAL, SET_V, UNMET, item, key, text


def of(school: str) -> str:
    return f"TENANT#{school}#STUDENT#s1"


PAIRS = (
    ("a", "a"),
    ("a", "b"),
    ("b", "a"),
    ("a", "a-b"),
    ("a-b", "a"),
    ("1", "1"),
    ("1", "12"),
    ("12", "1"),
    ("a", LITERAL),
    ("a", "*"),
)
AUDIT = "TENANT#a#AUDIT#2026-11-21"
MIXTURES = (
    *((of(first), of(second)) for first, second in PAIRS),
    (of("a"), "PLATFORM#SCHOOLS"),
    ("PLATFORM#SCHOOLS", "PLATFORM#LOCK#x"),
    (*(of("a"),) * 24, of("b")),
    (*(of("a"),) * 12, of("b"), *(of("a"),) * 12),
    (*(of("a"),) * 25,),
    # The steps of a transaction are, in turn, a put, a check, an update and a delete.
    (AUDIT, of("a"), of("a"), of("a")),
    (of("a"), of("a"), AUDIT),
    (of("a"), of("a"), of("a"), AUDIT),
    (AUDIT, AUDIT),
    (AUDIT, of("b")),
)
MOVE = "an update of the item's own key (AWS answers that a key cannot change)"
PLANT = "an index key of another partition (AWS looks at the base key only)"


def mixed() -> Iterator[Ask]:
    """Batches and transactions whose items belong to more than one partition."""
    for partitions in MIXTURES:
        keys = [key(p, f"N{number}") for number, p in enumerate(partitions)]
        for operation, verb, body, actions in _forms(keys):
            questions = _questions(operation, actions, partitions)
            name = f"{operation} of {len(keys)}: {', '.join(dict.fromkeys(partitions))} ({verb})"
            changed = _changed(operation, actions, partitions)
            meaning = Meaning("items", verb, partitions, changed=changed)
            yield Ask(name, "dynamodb", dynamodb(operation, body), questions, meaning)


def _forms(keys: list[Json]) -> Iterator[tuple[str, str, Json, Sequence[str]]]:
    puts = [{"PutRequest": {"Item": k}} for k in keys]
    deletes = [{"DeleteRequest": {"Key": k}} for k in keys]
    turns = [(puts, deletes)[number % 2][number] for number in range(len(keys))]
    steps = [_step(number, k) for number, k in enumerate(keys)]
    gets = [{"Get": {**HERE, "Key": k}} for k in keys]
    yield "BatchGetItem", "read", {"RequestItems": {TABLE: {"Keys": keys}}}, ()
    yield "BatchWriteItem", "write", {"RequestItems": {TABLE: puts}}, ()
    yield "BatchWriteItem", "write", {"RequestItems": {TABLE: deletes}}, ()
    yield "BatchWriteItem", "write", {"RequestItems": {TABLE: turns}}, ()
    yield "TransactGetItems", "read", {"TransactItems": gets}, ["GetItem"] * len(keys)
    yield "TransactWriteItems", "write", {"TransactItems": steps}, [_action(s) for s in steps]


def _step(number: int, item_key: Json) -> Json:
    steps: tuple[Json, ...] = (
        {"Put": {**HERE, "Item": item_key}},
        {"ConditionCheck": {**HERE, "Key": item_key, **UNMET}},
        {"Update": {**HERE, "Key": item_key, **SET_V}},
        {"Delete": {**HERE, "Key": item_key}},
    )
    return steps[number % len(steps)]


def _action(step: Json) -> str:
    return {"ConditionCheck": "ConditionCheckItem"}.get(kind := next(iter(step)), f"{kind}Item")


def _changed(operation: str, actions: Sequence[str], partitions: Sequence[str]) -> tuple[str, ...]:
    """A batch may replace and remove whatever it names; of a transaction two kinds of steps."""
    if operation == "BatchWriteItem":
        return tuple(partitions)
    steps = zip(actions, partitions, strict=False)
    return tuple(p for action, p in steps if action in {"UpdateItem", "DeleteItem"})


def _questions(
    operation: str, actions: Sequence[str], partitions: Sequence[str]
) -> tuple[Question, ...]:
    if not actions:
        return (about(operation, partitions),)
    return tuple(about(action, [p]) for action, p in zip(actions, partitions, strict=True))


def planted() -> Iterator[Ask]:
    """An item of one partition that appears, in an index, among those of another."""
    homes = [of("a"), "PLATFORM#SCHOOLS"]
    aims = [of(school) for school in ("a", "b", "1", "12", "a-b", "*", LITERAL)]
    for home in homes:
        for aim in (*aims, "PLATFORM#SCHOOLS", "TENANT#", "b"):
            for index in INDEXES:
                yield from _plants(home, aim, f"{index}PK")
    for home, aim in (("a", "b"), ("a", "a-b"), ("1", "12")):
        yield from _moves(of(home), of(aim))


def _moves(home: str, aim: str) -> Iterator[Ask]:
    """An item that would change hands by changing its key."""
    aimed = {"ExpressionAttributeValues": {":g": text(aim)}}
    moved = {**HERE, "Key": key(home, "PLANT"), "UpdateExpression": "SET PK = :g", **aimed}
    hidden = {**moved, "UpdateExpression": "SET v = :g, #k = :g"}
    hidden["ExpressionAttributeNames"] = {"#k": "PK"}
    old = {**HERE, "Key": key(home, "PLANT"), "AttributeUpdates": {"PK": {"Value": text(aim)}}}
    forms: tuple[tuple[str, Json], ...] = (
        ("UpdateItem", moved),
        ("UpdateItem", hidden),
        ("UpdateItem", old),
        ("TransactWriteItems", {"TransactItems": [{"Update": moved}]}),
        ("TransactWriteItems", {"TransactItems": [{"Update": hidden}]}),
    )
    for number, (operation, body) in enumerate(forms):
        name = f"{operation} that moves {home} to {aim} (form {number})"
        meaning = Meaning("items", "write", (home,))
        question = about("UpdateItem", [home])
        call = dynamodb(operation, body)
        yield Ask(name, "dynamodb", call, (question,), meaning, narrower=MOVE)


def _plants(home: str, aim: str, attribute: str) -> Iterator[Ask]:
    here = key(home, "PLANT")
    row = item(home, "PLANT", **{attribute: aim, attribute.replace("PK", "SK"): "PLANT"})
    aimed = {":g": text(aim)}
    setting = {"UpdateExpression": f"SET {attribute} = :g", "ExpressionAttributeValues": aimed}
    hidden = {
        "UpdateExpression": "REMOVE w SET v = if_not_exists(v, :g), #g = :g",
        "ExpressionAttributeNames": {"#g": attribute},
        "ExpressionAttributeValues": aimed,
    }
    # No update of AWS's grammar, and the emulator takes it for one.
    forgiven = {**hidden, "UpdateExpression": "REMOVE w, SET #g = :g"}
    old = {"AttributeUpdates": {attribute: {"Value": text(aim)}}}
    batch = [{"PutRequest": {"Item": key(home, "FIRST")}}, {"PutRequest": {"Item": row}}]
    put = {"TransactItems": [{"Put": {**HERE, "Item": row}}]}
    update = {"TransactItems": [{"Update": {**HERE, "Key": here, **hidden}}]}
    forms: tuple[tuple[str, str, Json], ...] = (
        ("PutItem", "PutItem", {**HERE, "Item": row}),
        ("UpdateItem", "UpdateItem", {**HERE, "Key": here, **setting}),
        ("UpdateItem", "UpdateItem", {**HERE, "Key": here, **hidden}),
        ("UpdateItem", "UpdateItem", {**HERE, "Key": here, **old}),
        ("BatchWriteItem", "BatchWriteItem", {"RequestItems": {TABLE: batch}}),
        ("TransactWriteItems", "PutItem", put),
        ("TransactWriteItems", "UpdateItem", update),
    )
    if aim != home:
        forms += (("UpdateItem", "UpdateItem", {**HERE, "Key": here, **forgiven}),)
    for number, (operation, action, body) in enumerate(forms):
        name = f"{operation} of {home} with {attribute} = {aim} (form {number})"
        call, question = dynamodb(operation, body), about(action, [home])
        meaning = Meaning("items", "write", (home,))
        yield Ask(name, "dynamodb", call, (question,), meaning, (aim,))
