"""Which document of a register answers which duty: surely, perhaps, or not; always with the reasons in words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from obligations.rules.register.kinds import Match, Owed, Sender, Sureness
from obligations.rules.register.relevance import CITED, TOO_EARLY, is_too_early, relevance
from obligations.rules.register.rows import Incoming, same_number, tight
from obligations.rules.register.senders import Recognised, Senders

STATED = "cơ quan đã báo gửi văn bản này"
SEVERAL = "cơ quan có nhiều văn bản khác nhau cho cùng một đầu việc trong sổ"


def match_rows(rows: Sequence[Incoming], senders: Sequence[Sender], owed: Sequence[Owed]) -> list[Match]:
    """Every row in its order. Two different documents for one duty are both doubtful: a person says which is the report."""
    known, duties = Senders(senders), defaultdict(list)
    for duty in owed:
        duties[duty.sender].append(duty)
    found = [_match(row, known.recognise(row), duties) for row in rows]
    claims: dict[str, set[str]] = defaultdict(set)
    for match in found:
        if match.sureness == Sureness.sure:
            claims[match.owed[0]].add(tight(match.row.number))
    return [_alone(match, claims) for match in found]


def _alone(match: Match, claims: dict[str, set[str]]) -> Match:
    if match.sureness != Sureness.sure or len(claims[match.owed[0]]) == 1:
        return match
    return replace(match, sureness=Sureness.doubtful, reasons=(*match.reasons, SEVERAL))


def _match(row: Incoming, sender: Recognised, duties: dict[int, list[Owed]]) -> Match:
    if not sender.keys:
        return Match(row, Sureness.unmatched, (), ("không nhận ra cơ quan ban hành",))
    theirs = [duty for key in sender.keys for duty in duties.get(key, [])]
    known = _known(row, sender, theirs)
    return known or _best(row, sender, [duty for duty in theirs if duty.is_open])


def _known(row: Incoming, sender: Recognised, theirs: Sequence[Owed]) -> Match | None:
    """A document that was entered before: the same line again, or the same document come by another way."""
    for duty in theirs:
        if any(same_number(row.number, number) for number in duty.stated):
            sureness = Sureness.sure if sender.beyond_doubt else Sureness.doubtful
            return Match(row, sureness, (duty.key,), (sender.why, STATED))
        same = [(incoming, on) for incoming, number, on in duty.recorded if same_number(row.number, number)]
        if any(incoming == row.incoming_number or on == row.arrived_on for incoming, on in same):
            return Match(row, Sureness.recorded, (duty.key,), ("đã ghi nhận văn bản này",))
        if same:
            early = is_too_early(row, duty)
            sureness = Sureness.sure if sender.beyond_doubt and not early else Sureness.doubtful
            why = (sender.why, "văn bản đã ghi nhận, thêm một lần đến", *([TOO_EARLY] if early else []))
            return Match(row, sureness, (duty.key,), why)
    return None


def _best(row: Incoming, sender: Recognised, theirs: Sequence[Owed]) -> Match:
    if not theirs:
        return Match(row, Sureness.unmatched, (), (sender.why, "cơ quan này không có đầu việc đang mở"))
    ranked = sorted(((relevance(row, duty), duty) for duty in theirs), key=lambda pair: -pair[0].points)
    found = ranked[0][0]
    if not found.points:
        return Match(row, Sureness.unmatched, (), (sender.why, "trích yếu không nói đến báo cáo này"))
    against = found.against
    if len(ranked) > 1 and ranked[1][0].points == found.points:
        against = (*against, "cơ quan có nhiều đầu việc phù hợp như nhau")
    is_sure = sender.beyond_doubt and found.points >= CITED and not against
    keys = tuple(duty.key for each, duty in ranked if each.points)
    return Match(row, Sureness.sure if is_sure else Sureness.doubtful, keys, (sender.why, *found.reasons, *against))
