"""``python -m tests.zalo``: a provider on this machine to try things by hand."""

import sys
import time

from tests.zalo.server import LoopbackZalo

with LoopbackZalo(port=8765) as zalo:
    pair = zalo.world.issue("oa1")
    sys.stdout.write(
        f"Zalo and eSMS at {zalo.base}; oa1: access {pair.access} refresh {pair.refresh}; app {zalo.world.app_id}\n"
    )
    sys.stdout.flush()
    while True:
        time.sleep(60)
