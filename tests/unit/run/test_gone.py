"""What a client hears of an agent that is gone: its last words, if it had any."""

from pathlib import Path

import pytest

from labctl.errors import AgentGoneError
from tests.unit.run.fake_agent import FakeAgent
from tests.unit.run.fast import fast


@pytest.mark.parametrize(("log", "said"), [(None, ""), ("Traceback\nKeyError: 'r1'\n", "; its last words:\nTraceback\nKeyError: 'r1'")])
def test_last_words(tmp_path: Path, log: str | None, said: str) -> None:
    if log is not None:
        (tmp_path / "log").write_text(log)

    async def story() -> None:
        agent = await FakeAgent(tmp_path).start()
        lab = await agent.lab()
        agent.on = lambda request: agent.die()
        for _ in range(2):  # the question that was under way, and every later one
            with pytest.raises(AgentGoneError) as gone:
                await lab.look()
            assert str(gone.value) == f"the agent of lab wire is gone{said}"
        await lab.close()

    fast(story())
