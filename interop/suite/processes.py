"""Processes of a run: started with their output in a file, waited for, and ended by their own handle."""

import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 180
STOP_SECONDS = 30


class NotReady(Exception):
    pass


def free_port():
    """A port of the loopback that nobody uses, below those the kernel gives to outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def until(condition, what, seconds=START_SECONDS):
    """The first true value of condition()."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise NotReady(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Process:
    """A child with its own log file."""

    def __init__(self, name, argv, log: Path, environment=None):
        self.name = name
        self.argv = [str(argument) for argument in argv]
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self._popen = None

    def start(self):
        log = self.log.open("ab")
        self._from = self.log.stat().st_size
        self._popen = subprocess.Popen(
            self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, start_new_session=True
        )
        log.close()

    def said(self):
        """What it printed since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._from)
            return log.read().decode("utf-8", "replace")

    def await_said(self, text):
        def said():
            if not self.is_running():
                raise NotReady(f"{self.name} ended, code {self._popen.returncode}: {self.said()[-2000:]}")
            return text in self.said()

        until(said, f"{self.name} did not print {text!r}")

    def is_running(self):
        return self._popen is not None and self._popen.poll() is None

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def freeze(self):
        self._popen.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._popen.send_signal(signal.SIGCONT)

    def _end(self, how):
        if self.is_running():
            self._popen.send_signal(how)
            try:
                self._popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
