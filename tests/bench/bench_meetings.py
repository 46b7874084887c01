"""Sixty members speaking at once, and ten thousand proofs recomputed by a stranger."""

import copy
import threading
from time import perf_counter

from tests.bench.database import scratch_database

from django.db import connection  # isort: skip

from tests.factories.meetings import body, opened, proposed, seat, stated
from workgroups.meetings import tally
from workgroups.meetings.models import AgendaItem, Position
from workgroups.meetings.services.decisions import decide, state_position

MEMBERS, PROOFS, WANTED = 60, 10_000, 20_000


def speak_at_once(item: AgendaItem, seats: list) -> list[float]:
    """Every member states a position at the same moment, each on a connection of its own; seconds each waited."""
    barrier, waited = threading.Barrier(len(seats)), []

    def speak(place) -> None:
        own = AgendaItem.objects.select_related("meeting", "group__season", "matter").get(pk=item.pk)
        barrier.wait()
        started = perf_counter()
        state_position(actor=place.person, reason="表态", item=own, seat=place, stance="agree")
        waited.append(perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=speak, args=(place,)) for place in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waited)


def main() -> None:
    with scratch_database():
        of = body(MEMBERS + 1)
        item = opened(of, proposed(of))
        waited = speak_at_once(
            item, [seat(AgendaItem.objects.get(pk=item.pk).meeting, person) for person in of.members]
        )
        kept = Position.objects.filter(item=item).values("seat").distinct().count()
        doubled = Position.objects.filter(item=item).count() - kept
        print(f"{MEMBERS}人同时表态: 留存{kept}人、重复{doubled}次（目标 {MEMBERS}、0）；一半在{waited[MEMBERS // 2] * 1000:.0f} ms内，"
              f"95%在{waited[int(MEMBERS * 0.95) - 1] * 1000:.0f} ms内")  # fmt: skip
        stated(item, of.head)
        proof = decide(actor=of.head, reason="宣布", item=AgendaItem.objects.get(pk=item.pk)).proof
        nine = {**proof, "roll": proof["roll"][:9]}
        people = {row["person"] for row in nine["roll"]}
        nine["positions"] = [row for row in proof["positions"] if row["person"] in people]
        nine["computed"] = tally.compute(nine)
        for size, one in ((MEMBERS + 1, proof), (9, nine)):
            proofs = [copy.deepcopy(one) for _ in range(PROOFS if size == 9 else PROOFS // 10)]
            started = perf_counter()
            assert not any(tally.verify_tally(row) for row in proofs)
            rate = len(proofs) / (perf_counter() - started)
            print(
                f"核验{len(proofs)}份{size}人计票证明: 每核每秒{rate:.0f}份（目标 ≥ {WANTED}，{'达标' if rate >= WANTED else '未达标'}）"
            )
