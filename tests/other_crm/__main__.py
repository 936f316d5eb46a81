"""The command line: `python -m tests.other_crm up --stack NAME`, and `down` to take it away."""

import argparse
import json
import logging
import os
import signal
import socket
import sys
from secrets import token_urlsafe
from threading import Event as Flag
from threading import Thread

from tests.other_crm.broom import Broom
from tests.other_crm.bugs import plant
from tests.other_crm.cabinet import Cabinet
from tests.other_crm.courier import Courier
from tests.other_crm.desk import Desk
from tests.other_crm.readers import Mirror, Reader, Scribe
from tests.other_crm.rpc import Counter, Sessions, serve
from tests.other_crm.stack import READERS, Aws, Places, deploy
from tests.other_crm.trays import Tray

LOOPBACK = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="tests.other_crm")
    parser.add_argument("do", choices=("up", "down"))
    parser.add_argument("--stack", required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    aws = Aws(os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("AWS_REGION", "us-east-1"))
    if options.do == "down":
        aws.client("cloudformation").delete_stack(StackName=options.stack)
        return 0
    plant(os.environ.get("OTHER_CRM_BUG"))
    _up(aws, deploy(aws.client("cloudformation"), options.stack), options.port)
    return 0


def _up(aws: Aws, places: Places, port: int) -> None:
    over, trays = Flag(), list[Tray]()
    cabinet = Cabinet(aws.client("dynamodb"), places.table)
    courier = Courier(cabinet, aws.client("events"), places.bus, lambda: _ring(trays))
    desk = Desk(cabinet, courier.ring)
    readers = _readers(cabinet, desk)
    trays += [Tray(aws.client("sqs"), places.queues[n], r) for n, r in readers.items()]
    seconds = float(os.environ.get("OTHER_CRM_SESSION_SECONDS", "3600"))
    key = os.environ.get("OTHER_CRM_KEY") or token_urlsafe(12)
    sessions = Sessions(key, seconds)
    counter = Counter(sessions, desk, cabinet, readers)
    server = serve(counter, socket.create_server((LOOPBACK, port)))
    for work in (courier.run, *(tray.run for tray in trays)):
        Thread(target=work, args=(over,)).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
    url = f"http://{LOOPBACK}:{server.socket.getsockname()[1]}"
    sys.stdout.write(json.dumps({"ready": url, "key": key}) + "\n")
    sys.stdout.flush()
    server.serve_forever(0.1)
    over.set()


def _ring(trays: list[Tray]) -> None:
    for tray in trays:
        tray.ring()


def _readers(cabinet: Cabinet, desk: Desk) -> dict[str, Reader]:
    """Return the readers, who know by then what is in the cabinet."""
    readers = (
        Scribe(READERS[Scribe.name]),
        Mirror(READERS[Mirror.name]),
        Broom(READERS[Broom.name], cabinet, desk),
    )
    for tenant in cabinet.tenants():
        for commit in cabinet.commits(tenant):
            for reader in readers:
                for event in commit.events:
                    if event["entity_type"] in reader.kinds:
                        reader.take(event)
    return {reader.name: reader for reader in readers}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
