"""A process that wants to lead: says on stdout what it is told, and each time that it acts as the leader.

Arguments: the address, the file of its seed, its name, and three times in seconds.
"""

from __future__ import annotations

import asyncio
import sys

from openclaw_hooks.mesh.access import LEAD_PREFIX, Access
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.mesh.replica.leadership import Leadership, Timing


async def main(url: str, seed_path: str, name: str, *times: str) -> None:
    """Takes part until it is killed."""
    with open(seed_path, encoding="ascii") as stream:
        access = Access((url,), seed=stream.read().strip(), api_prefix=LEAD_PREFIX)
    connection = await open_connection(access, name, lambda _: None)
    leadership = Leadership(connection, name, lambda _: None, Timing(*map(float, times)))

    async def lead(term: int) -> None:
        print(f"leads {term}", flush=True)
        while True:
            if leadership.is_leading:
                print(f"acts {term}", flush=True)
            await asyncio.sleep(0.01)

    async def lose() -> None:
        print("lost", flush=True)

    await leadership.run(lead, lose)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
