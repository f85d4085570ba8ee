from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tenants import rules

name = st.text(
    st.characters(categories=["L", "Mn", "Zs"]) | st.sampled_from("'-ñüçß’ "),  # noqa: RUF001 -- as typed
    min_size=1,
    max_size=30,
)


@given(name, name, st.randoms(use_true_random=False))
def test_a_name_is_found_by_beginnings_of_its_words_in_any_order(
    given_name: str, family_name: str, order: Random
) -> None:
    words = rules.words_of(given_name, family_name)
    asked = [word[: max(2, len(word) // 2)] for word in words]
    order.shuffle(asked)

    assert rules.matches(words, rules.asked_words(" ".join(asked)))


@given(name)
def test_a_name_is_found_as_it_is_written_and_without_its_accents(text: str) -> None:
    words = rules.words_of(text)

    assert rules.matches(words, rules.asked_words(text))
    assert rules.matches(words, rules.asked_words(rules.folded(text)))


@given(name)
def test_words_are_folded_and_can_stand_in_keys(text: str) -> None:
    for word in rules.words_of(text):
        assert rules.folded(word) == word
        assert "#" not in word
        assert len(word.encode()) <= 256
