"""Start the stand-in: `python -m tests.support.replicate_server --port 8100`."""

import argparse
import base64
import dataclasses
import hashlib
import json
import os
import signal
import sys
import threading

from tests.support.replicate_server.api import Api
from tests.support.replicate_server.faults import FAULTS
from tests.support.replicate_server.outputs import Outputs
from tests.support.replicate_server.web import Box, Server
from tests.support.replicate_server.world import Addresses, Settings, World

HOST = "127.0.0.1"
OUTPUT_NAME = "localhost"  # the same machine under another name: another host, as in life
TOKEN = "r8_stand-in"
SECRET = f"whsec_{base64.b64encode(hashlib.sha256(b'selvedge stand-in').digest()[:24]).decode()}"


class StandInBox(Box):
    """A reset goes back to the settings of the command line."""

    def __init__(self, addresses: Addresses, settings: Settings):
        self.settings = settings
        super().__init__(World(addresses, self.defaults()))

    def defaults(self) -> Settings:
        return dataclasses.replace(self.settings)


def main() -> None:
    """Both listeners, until SIGTERM, SIGINT or (with --with-parent) the end of stdin."""
    given = _arguments()
    box = StandInBox(Addresses("", "", given.token, given.webhook_secret), _settings(given))
    try:
        api = Server(HOST, given.port, Api, box)
        outputs = Server(HOST, given.output_port, Outputs, box)
    except OSError as error:
        wanted = f"{given.port} and {given.output_port}"
        sys.exit(f"Ports {wanted} are not both free ({error.strerror}): make replicate REPLICATE_PORT=8200")
    box.world.addresses.api = f"http://{HOST}:{api.port}"
    box.world.addresses.outputs = f"http://{OUTPUT_NAME}:{outputs.port}"
    for server in (api, outputs):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    _announce(box.world.addresses, as_json=given.json)
    _wait_for_the_end(with_parent=given.with_parent)


def environment(addresses: Addresses) -> dict[str, str]:
    """What a site needs to know to use this server."""
    return {
        "REPLICATE_API_TOKEN": addresses.token,
        "REPLICATE_BASE_URL": addresses.api,
        "REPLICATE_OUTPUT_HOSTS": addresses.outputs.removeprefix("http://"),
        "REPLICATE_WEBHOOK_SECRET": addresses.secret,
    }


def _arguments() -> argparse.Namespace:
    names = "\n".join(f"  {name:26} {text}" for layer in FAULTS.values() for name, text in layer.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.replicate_server", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="A stand-in for the Replicate API.", epilog=f"faults (see control.py):\n{names}",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=8100, help="of the API; 0 takes a free one")
    parser.add_argument("--output-port", type=int, help="of the output files; the API's + 1")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--webhook-secret", default=SECRET)
    parser.add_argument("--latency", type=float, default=3.0, help="seconds that a prediction takes")
    parser.add_argument("--pictures", choices=("engine", "once", "plain"), default="engine")
    parser.add_argument("--json", action="store_true", help="announce addresses as JSON, then be silent")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin does")
    given = parser.parse_args()
    if given.output_port is None:
        given.output_port = given.port + 1 if given.port else 0
    return given


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        latency=given.latency, starting=given.latency / 5, pictures=given.pictures, verbose=not given.json
    )


def _announce(addresses: Addresses, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dataclasses.asdict(addresses)), flush=True)
        return
    print(f"A stand-in for Replicate listens at {addresses.api}; its files are at {addresses.outputs}.")
    print("In another shell, before `make run`:\n")
    for name, value in environment(addresses).items():
        print(f"    export {name}={value}")
    print("    export PUBLIC_URL=http://127.0.0.1:8000   # for webhooks; without it, polling alone")
    print("\nFaults: python -m tests.support.replicate_server --help. Ctrl-C ends it.\n", flush=True)


def _wait_for_the_end(*, with_parent: bool) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        if with_parent:
            sys.stdin.read()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
