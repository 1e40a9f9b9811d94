"""The environment in which an implementation is judged: no proxies, no AWS settings, no credentials, only loopback.

Owns which variables are taken away while an adapter is made and while a check runs, and that they come back; that
nothing but loopback is reached meanwhile is ``loopback_only``'s.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from participant_conformance.loopback_only import only_loopback

_PREFIXES = ("AWS_", "BOTO_")
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
_OTHERS = frozenset({"NETRC", "SSLKEYLOGFILE"})

#: What stands there instead: no file, no look-up of instance metadata.
QUIET = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "*",
}


def is_scrubbed(name: str) -> bool:
    """Tell whether a variable could send an implementation somewhere else than to the loopback."""
    return name.startswith(_PREFIXES) or name.lower() in _PROXIES or name in _OTHERS


@contextmanager
def quiet_environment() -> Iterator[None]:
    """Take the user's proxies and AWS settings away for a while; afterwards the environment is as it was."""
    before = {name: value for name, value in os.environ.items() if is_scrubbed(name)}
    for name in before:
        del os.environ[name]
    os.environ.update(QUIET)
    try:
        with only_loopback():
            yield
    finally:
        for name in [name for name in os.environ if is_scrubbed(name)]:
            del os.environ[name]
        os.environ.update(before)
