"""The websocket of a notebook: what the browser says waits until this end hears the kernel's answers."""

# mypy: disable-error-code="no-untyped-call,misc,override"
# jupyter_server carries no complete types.

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

_ASK_SECONDS = 0.015


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

    async def _ask_often(self, connected: asyncio.Future[None]) -> None:
        """Whether output is heard is found out by asking; jupyter_server asks every half second, longer than a start takes."""
        if connected.done():
            return
        channel = self.kernel_manager.connect_control()
        try:
            while not connected.done():
                self.session.send(channel, "kernel_info_request")
                await asyncio.sleep(_ASK_SECONDS)
        finally:
            channel.close()

    def _catch_up(self, _: Any) -> None:
        early, self._early = self._early or [], None
        for message in early:
            super().handle_incoming_message(message)
