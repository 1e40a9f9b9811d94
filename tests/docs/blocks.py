"""The code blocks of a page, and how each kind of them is run.

Owns reading and running. A kind that is not known is told, so that no block is left out in silence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.service.process import Serving, serving

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What stands for any value.
ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: its language, its text, and which one of the page it is."""

    number: int
    language: str
    text: str

    @property
    def kind(self) -> str:
        """How it is run."""
        if self.language == "python":
            return "test module" if "\ndef test_" in self.text else "script"
        command = self.language == "sh" and self.text.startswith("participant-conformance serve ")
        return "service" if command else {"http": "request", "json": "answer"}.get(self.language, "unknown")


def blocks(page: Path) -> list[Block]:
    """Return the code blocks of a page, in order."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [Block(number, language, text) for number, (language, text) in enumerate(found, 1)]


@dataclass(slots=True)
class Running:
    """The blocks of one page, run one after the other in one folder. ``ran`` counts them by kind."""

    folder: Path
    ports: dict[str, str]
    ran: list[str] = field(default_factory=list)
    _services: ExitStack = field(default_factory=ExitStack)
    _endpoint: str = ""
    _answer: Any = None

    def run(self, block: Block) -> None:
        """Run one block; raises ``AssertionError`` if it does not do what it says."""
        text = block.text
        for port, free in self.ports.items():
            text = text.replace(port, free)
        {
            "test module": self._module,
            "script": self._script,
            "service": self._serve,
            "request": self._request,
            "answer": self._compare,
        }[block.kind](text)
        self.ran.append(block.kind)

    def _module(self, text: str) -> None:
        (self.folder / "test_block.py").write_text(text, encoding="utf-8")
        self._python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_block.py")

    def _script(self, text: str) -> None:
        (self.folder / "block.py").write_text(text, encoding="utf-8")
        self._python("block.py")

    def _python(self, *arguments: str) -> None:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _serve(self, text: str) -> None:
        served: Serving = self._services.enter_context(serving(*text.split()[2:], folder=self.folder))
        self._endpoint = self._endpoint or served.endpoint

    def _request(self, text: str) -> None:
        line, _, body = text.partition("\n")
        method, path = line.split()
        reply = httpx.request(method, self._endpoint + path, content=body.strip(), trust_env=False)
        self._answer = reply.json()

    def _compare(self, text: str) -> None:
        assert _with_anything(self._answer, json.loads(text)) == json.loads(text)

    def close(self) -> None:
        """End what runs."""
        self._services.close()


def _with_anything(got: Any, said: Any) -> Any:
    """Return what was got, with ``…`` where that was said."""
    if said == ANYTHING:
        return ANYTHING
    if isinstance(got, dict) and isinstance(said, dict):
        return {name: _with_anything(value, said.get(name)) for name, value in got.items()}
    if isinstance(got, list) and isinstance(said, list) and len(got) == len(said):
        return [_with_anything(one, other) for one, other in zip(got, said, strict=True)]
    return got


@contextmanager
def running(folder: Path, ports: dict[str, str]) -> Iterator[Running]:
    """Run blocks in a folder, with other ports than the page names; what still runs is ended."""
    made = Running(folder, ports)
    try:
        yield made
    finally:
        made.close()
