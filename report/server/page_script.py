"""A script of ours in the page of HTML, ahead of Streamlit's: what must be there first."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_AS_IT_STANDS = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})
"""Left out of what is asked for: packed, known or half a page could not be added to."""
_OF_THE_OTHER = ("etag", "last-modified", "accept-ranges")
"""Said of the page without the script."""
_BEFORE = b"<script"


class WithScript:
    """Around pages: adds a script before the first of the page's own."""

    def __init__(self, app: ASGIApp, *, script: bytes, pages: Collection[str]) -> None:
        self._app = app
        self._added = b"<script>" + script + b"</script>\n"
        self._pages = frozenset(pages) | {f"{path.rstrip('/')}/" for path in pages}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a page comes back with the script."""
        if scope["type"] != "http" or scope["path"] not in self._pages:
            await self._app(scope, receive, send)
            return
        asked = [pair for pair in scope["headers"] if pair[0].lower() not in _AS_IT_STANDS]
        held: list[Message] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            if held and message["type"] == "http.response.body":
                held.append(message)
                if message.get("more_body", False):
                    return
                message = self._whole(held)
                await send(held[0])
            await send(message)

        await self._app({**scope, "headers": asked}, receive, sent)

    def _whole(self, held: list[Message]) -> Message:
        """The body of an answer in one; its head tells of it as it is then."""
        start, *parts = held
        body = b"".join(part.get("body", b"") for part in parts)
        if Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
            headers = MutableHeaders(scope=start)
            for name in _OF_THE_OTHER:
                del headers[name]
            if "content-length" in headers:  # to HEAD too, which has no body
                length = int(headers["content-length"]) + len(self._added)
                headers["content-length"] = str(length)
            body = body.replace(_BEFORE, self._added + _BEFORE, 1)
        return {"type": "http.response.body", "body": body}
