"""What comes back through the channels, handed to whom it concerns.

Decides only whose it is: a proof of an address, or a case. Both say what they did only once it is stored.
"""

from basestation.outgoing.answering import Answering
from basestation.outgoing.channels import Answer, Report
from basestation.site.proofs import Proofs


class Incoming:
    """The way back in, for every channel that has one."""

    def __init__(self, proofs: Proofs, answering: Answering) -> None:
        self._proofs = proofs
        self._answering = answering

    async def report(self, report: Report) -> None:
        """Note what became of a notice."""
        if not await self._proofs.reported(report):
            await self._answering.report(report)

    async def answer(self, answer: Answer) -> str:
        """Judge an answer, and return the sentence for its sender; empty for nothing to say."""
        about_proof = await self._proofs.answered(answer)
        return await self._answering.answer(answer) if about_proof is None else about_proof
