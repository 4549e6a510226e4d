"""The websocket of a notebook: what the browser says waits until the kernel's answers can be heard; it hears none of the asking."""

# mypy: disable-error-code="no-untyped-call,misc,override"
# jupyter_server carries no complete types.

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

_ASK_SECONDS = 0.015
_UNANSWERED_SECONDS = 0.1


class HearingConnection(ZMQChannelsWebsocketConnection):
    """A warm kernel answers before a new subscription to its output has arrived: what it prints then would be lost."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self._early: list[Any] | None = []

    def connect(self) -> asyncio.Future[None] | None:
        """Called when the websocket opens."""
        connected: asyncio.Future[None] | None = super().connect()
        if connected is not None:
            connected.add_done_callback(self._catch_up)
            self._asking = asyncio.create_task(self._ask_often(connected))
        return connected

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Called for each message of the browser."""
        if self._early is None:
            super().handle_incoming_message(incoming_msg)
        else:
            self._early.append(incoming_msg)

    def on_kernel_restarted(self) -> None:
        """Called when the kernel was found dead. It is no longer busy, as which nobody would wait for its successor."""
        self.kernel_manager.execution_state = "restarting"
        super().on_kernel_restarted()

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Called for each message of the kernel. That it was busy with our own asking is not for the browser, which would show it."""
        if not self._of_our_asking(outgoing_msg):
            super().handle_outgoing_message(stream, outgoing_msg)

    def _of_our_asking(self, message: list[Any]) -> bool:
        """Whether it tells the state of the kernel on account of a question of this process; the browser's carry numbers of its own."""
        parts: list[Any] = self.session.feed_identities(message)[1]
        own = f"{self.session.session}_{os.getpid()}_"
        header, about = bytes(parts[1]), bytes(parts[2])
        return (
            b'"status"' in header
            and own.encode() in about
            and self.session.unpack(header)["msg_type"] == "status"
            and self.session.unpack(about).get("msg_type") == "kernel_info_request"
        )

    async def _ask_often(self, connected: asyncio.Future[None]) -> None:
        """Whether output is heard is found out by asking; jupyter_server asks every half second, longer than a start takes.

        One question at a time: a kernel that has just begun would answer a heap of them before the first cell.
        """
        if connected.done():
            return
        answered = asyncio.Event()
        channel = self.kernel_manager.connect_control()
        channel.on_recv(lambda _: answered.set())
        try:
            while not connected.done():
                answered.clear()
                self.session.send(channel, "kernel_info_request")
                with suppress(TimeoutError):
                    await asyncio.wait_for(answered.wait(), _UNANSWERED_SECONDS)
                await asyncio.sleep(_ASK_SECONDS)
        finally:
            channel.close()

    def _catch_up(self, _: Any) -> None:
        early, self._early = self._early or [], None
        for message in early:
            super().handle_incoming_message(message)
