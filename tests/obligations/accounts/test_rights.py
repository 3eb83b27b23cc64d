"""Who holds which role on a day, for any accounts and any handing over."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from obligations.rules.rights import ROLES, Handing, acting_name, own_name, roles_on

DAY = date(2026, 11, 19)
NAMES = ("an", "binh", "chi")
days = st.integers(-5, 5).map(lambda n: DAY + timedelta(days=n))
some_roles = st.frozensets(st.sampled_from(ROLES), max_size=3)
handings = st.lists(
    st.builds(
        Handing,
        giver=st.sampled_from(NAMES),
        taker=st.sampled_from(NAMES),
        roles=some_roles,
        from_on=days,
        until_on=st.none() | days,
        transfer=st.booleans(),
    ),
    max_size=5,
)
owned = st.fixed_dictionaries(dict.fromkeys(NAMES, some_roles))


def handing(transfer: bool = False, **more: object) -> Handing:
    known = {"giver": "an", "taker": "binh", "roles": frozenset({"coordinator"}), "from_on": DAY, "until_on": DAY}
    return Handing(**{**known, **more}, transfer=transfer)  # type: ignore[arg-type]


OWN = {"an": frozenset({"coordinator", "administrator"}), "binh": frozenset({"observer"}), "chi": frozenset[str]()}


def test_a_delegation_lends_for_its_days_and_no_more() -> None:
    held = [handing()]
    assert roles_on("binh", OWN, held, DAY) == {"observer": "binh", "coordinator": "an"}
    assert roles_on("an", OWN, held, DAY) == {"coordinator": "an", "administrator": "an"}
    for other in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert roles_on("binh", OWN, held, other) == {"observer": "binh"}


def test_a_transfer_rests_the_givers_own_right() -> None:
    held = [handing(transfer=True, until_on=None)]
    assert roles_on("an", OWN, held, DAY) == {"administrator": "an"}
    assert roles_on("binh", OWN, held, DAY + timedelta(days=900)) == {"observer": "binh", "coordinator": "an"}


def test_a_transfer_outlives_its_givers_account_and_a_delegation_does_not() -> None:
    gone = {name: roles for name, roles in OWN.items() if name != "an"}
    assert "coordinator" in roles_on("binh", gone, [handing(transfer=True)], DAY)
    assert "coordinator" not in roles_on("binh", gone, [handing()], DAY)


def test_nothing_is_passed_on() -> None:
    chain = [handing(), handing(giver="binh", taker="chi")]
    assert roles_on("chi", OWN, chain, DAY) == {}


@given(owned, handings, days)
def test_nobody_gets_what_no_giver_of_the_day_has_by_itself(
    own: dict[str, frozenset[str]], held: list[Handing], day: date
) -> None:
    for name in NAMES:
        for role, giver in roles_on(name, own, held, day).items():
            assert role in own[giver]
            if giver != name:
                assert any(h.covers(day) and (h.giver, h.taker) == (giver, name) and role in h.roles for h in held)


@given(owned, handings, days)
def test_what_is_not_in_force_changes_nothing(own: dict[str, frozenset[str]], held: list[Handing], day: date) -> None:
    now = [h for h in held if h.covers(day)]
    for name in NAMES:
        assert roles_on(name, own, held, day) == roles_on(name, own, now, day)
        if not any(name in (h.giver, h.taker) for h in now):
            assert set(roles_on(name, own, held, day)) == own[name]


@given(owned, handings, days)
def test_a_role_is_lost_only_by_a_transfer(own: dict[str, frozenset[str]], held: list[Handing], day: date) -> None:
    for name in NAMES:
        lost = own[name] - set(roles_on(name, own, held, day))
        given_away = {r for h in held if h.covers(day) and h.transfer and h.giver == name != h.taker for r in h.roles}
        assert lost <= given_away


@given(owned, handings, days)
def test_who_is_out_of_use_may_do_nothing(own: dict[str, frozenset[str]], held: list[Handing], day: date) -> None:
    rest = {name: roles for name, roles in own.items() if name != "an"}
    assert roles_on("an", rest, held, day) == {}


def test_names_of_acts_give_the_account_back() -> None:
    assert acting_name("binh", "binh") == "binh"
    assert acting_name("binh", "an") == "binh (thay an)"
    assert own_name("binh (thay an)") == own_name("binh") == "binh"
