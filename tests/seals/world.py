"""A seal over what everybody planted, a witness who offered a key, a pack that was asked for."""

from admissions.jobs.runner import run
from admissions.seals import notes
from admissions.seals.sealing import seal
from admissions.seals.services import offer_witness, request_export
from tests.factories.supervision import again
from tests.house.lookers import SUPERVISOR
from tests.house.world import World


def plant(world: World) -> None:
    """Nothing before others have planted."""


def plant_over(world: World) -> None:
    supervisor = world.who[SUPERVISOR]
    made = seal("测试")
    key = notes.PublicKey("walk", notes.WITNESS, b"w" * 32).text
    ready = request_export(actor=again(supervisor), reason="交接核验", seal=made)
    run(ready.job_id)
    ready.refresh_from_db()
    world.keep(ready_export=ready)
    world.keep(
        seal=made,
        witness=offer_witness(actor=again(supervisor), reason="驻点监督", public_key=key),
        export=request_export(actor=again(supervisor), reason="核验", seal=made),
    )
