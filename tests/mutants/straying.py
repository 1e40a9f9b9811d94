"""Mutants of ``request.token-not-redirected``: clients that follow redirects, and take the token along."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from participant_strategies.reply import Reply
from tests.mutants.own_http import Draft, NoReplyError
from tests.mutants.tampering import Wired, wiring

_MOST = 5


class _Following(Wired):
    """Follows redirects."""

    statuses: tuple[int, ...] = (301, 302, 303, 307, 308)

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, and again wherever the reply leads."""
        for _ in range(_MOST):
            reply = super().send(draft, limit_s)
            place = reply.header("Location")
            if reply.status not in self.statuses or not place:
                return reply
            draft = self.moved(draft, urljoin(draft.url, place), reply.status)
        raise NoReplyError("too many redirects")

    def moved(self, draft: Draft, url: str, status: int) -> Draft:  # noqa: ARG002 - some look at the status
        """Write the request to where the reply leads."""
        return replace(draft, url=url)


@wiring("request.token-not-redirected")
class FollowsWithEverything(_Following):
    """Sends the same request wherever a redirect leads."""


@wiring("request.token-not-redirected")
class DropsAuthorizationAlone(_Following):
    """Leaves out Authorization and Cookie where a redirect leads to another origin, and no other header (as httpx)."""

    def moved(self, draft: Draft, url: str, status: int) -> Draft:
        """Write the request, as GET where browsers do."""
        headers = tuple(header for header in draft.headers if header[0] not in ("Authorization", "Cookie"))
        method, body = (draft.method, draft.body) if status in (307, 308) else ("GET", b"")
        return replace(draft, url=url, headers=headers, method=method, body=body)


@wiring("request.token-not-redirected")
class SameHostWillDo(_Following):
    """Leaves the token out where a redirect leads to another host, and not where it leads to another port."""

    def moved(self, draft: Draft, url: str, status: int) -> Draft:
        """Write the request."""
        moved = super().moved(draft, url, status)
        if urlsplit(url).hostname == urlsplit(draft.url).hostname:
            return moved
        return replace(moved, headers=tuple(header for header in moved.headers if header[0] != "X-Amz-Bearer"))
