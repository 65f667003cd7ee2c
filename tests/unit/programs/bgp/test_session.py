"""A BGP session without a socket: two of them told to each other, in pieces of any size; timers; and every way in which it ends."""

from hypothesis import given
from hypothesis import strategies as st

from labctl.programs.bgp.message import KEEPALIVE_MESSAGE, Open, Update, message, notification, opened, update
from labctl.programs.bgp.prefixes import packed
from labctl.programs.bgp.session import At, Closed, Established, Happened, Refresh, Session

S = 1_000_000_000
NEAR = Open(65010, 9, "10.0.0.1", ("ipv4",))
FAR = Open(65001, 6, "10.0.0.2", ("ipv4", "ipv6"))


def established(now: int = 0) -> Session:
    session = Session(NEAR, 65001, now)
    session.feed(opened(FAR) + KEEPALIVE_MESSAGE, now)
    session.take_out()
    assert session.at is At.ESTABLISHED
    return session


@given(st.integers(1, 40))
def test_two_of_them_come_up_whatever_the_pieces(size: int) -> None:
    near, far = Session(NEAR, 65001, 0), Session(FAR, 65010, 0)
    happened: list[Happened] = []
    while near.out or far.out:
        for one, other in ((near, far), (far, near)):
            data = one.take_out()
            for i in range(0, len(data), size):
                happened += other.feed(data[i : i + size], 0)
    assert happened == [Established(6), Established(6)]  # the lower hold time of the two (RFC 4271 4.2)


def test_updates_are_heard() -> None:
    said = Update(b"", b"\x40\x01\x01\x00", packed("203.0.113.0/24"))
    assert established().feed(update(said.withdrawn, said.attributes, said.nlri) + message(5, b"\0\1\0\1"), 0) == [said, Refresh()]


def test_it_speaks_every_third_of_the_hold_time_and_gives_up_after_it() -> None:
    session = established()
    assert session.due_ns == 2 * S
    assert session.tick(2 * S) == []
    assert session.take_out() == KEEPALIVE_MESSAGE
    session.feed(KEEPALIVE_MESSAGE, 3 * S)
    assert session.tick(9 * S - 1) == []
    session.take_out()
    assert session.tick(9 * S) == [Closed("hold timer expired")]
    assert session.take_out() == notification(4, 0)
    assert session.at is At.ENDED


def test_a_notification_ends_it_without_an_answer() -> None:
    session = established()
    assert session.feed(notification(6, 4) + KEEPALIVE_MESSAGE, 0) == [Closed("notification received (6,4)")]
    assert session.take_out() == b""


def test_what_is_wrong_is_answered_with_its_code() -> None:
    wrong = {
        (2, 2): opened(Open(65009, 9, "10.0.0.2", ("ipv4",))),
        (5, 0): KEEPALIVE_MESSAGE,
        (1, 1): b"\0" * 19,
    }
    for code, data in wrong.items():
        session = Session(NEAR, 65001, 0)
        session.take_out()
        (closed,) = session.feed(data, 0)
        assert isinstance(closed, Closed)
        assert session.take_out() == notification(*code)


def test_a_hold_time_of_zero_never_ends() -> None:
    session = Session(Open(65010, 0, "10.0.0.1", ("ipv4",)), 65001, 0)
    session.feed(opened(FAR) + KEEPALIVE_MESSAGE, 0)
    session.take_out()
    assert session.tick(10**6 * S) == []
    assert session.take_out() == b""
