"""What the tests of webhooks share: secrets as they stand in settings, and somebody who hears."""

import asyncio
import base64


def whsec(secret):
    """Return a secret as it stands in settings."""
    return "whsec_" + base64.b64encode(secret).decode()


class Ear:
    """Keeps what came in; can be told to fail."""

    def __init__(self):
        self.reports, self.answers = [], []
        self.failures = 0
        self.before = None
        self.asked = asyncio.Event()

    async def report(self, report):
        """Keep it."""
        await self._happen()
        self.reports.append(report)

    async def answer(self, answer):
        """Keep it, and say something."""
        await self._happen()
        self.answers.append(answer)
        return f"Thank you ({len(self.answers)})."

    async def _happen(self):
        self.asked.set()
        if self.before is not None:
            await self.before.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
