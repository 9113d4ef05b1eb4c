"""What the official Python client makes of a server: asks everything once, and prints what it got as JSON."""

import json
import sys
from uuid import UUID

from esdbclient import EventStoreDBClient, NewEvent, StreamState
from esdbclient.exceptions import EventStoreDBClientException


def event(number):
    """The event with a number of its own, and so with an id of its own."""
    return NewEvent(
        id=UUID(int=number),
        type="order.placed",
        data=json.dumps({"number": number}).encode(),
        metadata=json.dumps({"organization": "acme"}).encode(),
    )


def refusal(call):
    """The name of the error that a call must end with."""
    try:
        call()
    except EventStoreDBClientException as error:
        return type(error).__name__
    return None


def described(recorded):
    return {
        "id": str(recorded.id),
        "stream": recorded.stream_name,
        "revision": recorded.stream_position,
        "position": recorded.commit_position,
        "type": recorded.type,
        "data": json.loads(recorded.data),
        "organization": json.loads(recorded.metadata)["organization"],
        "content_type": recorded.content_type,
        "recorded_at": recorded.recorded_at.isoformat(),
    }


def numbers(events):
    return [json.loads(one.data)["number"] for one in events]


def appending(client):
    append = client.append_to_stream
    new = StreamState.NO_STREAM
    return {
        "one": append("order-1", current_version=new, events=[event(1)]),
        "several": append("order-1", current_version=0, events=[event(2), event(3)]),
        "repeated": append("order-1", current_version=0, events=[event(2), event(3)]),
        "other": append("tool-1", current_version=new, events=[event(4)]),
        "conflict_one": refusal(lambda: append("order-1", current_version=0, events=[event(8)])),
        "conflict_several": refusal(
            lambda: append("order-1", current_version=new, events=[event(8), event(9)])
        ),
        "any": refusal(lambda: append("order-1", current_version=StreamState.ANY, events=[event(8)])),
    }


def reading(client):
    with client.subscribe_to_all(
        include_caught_up=True, include_checkpoints=True, window_size=1, checkpoint_interval_multiplier=2
    ) as subscription:
        caught_up = []
        checkpoints = []
        for one in subscription:
            if one.is_caught_up:
                break
            if one.is_checkpoint:
                checkpoints.append(one.commit_position)
            else:
                caught_up.append(one)
    with client.subscribe_to_stream("order-1", stream_position=0) as subscription:
        followed = [next(subscription), next(subscription)]
    return {
        "first": described(client.get_stream("order-1")[0]),
        "stream": numbers(client.get_stream("order-1")),
        "from_revision": numbers(client.get_stream("order-1", stream_position=1)),
        "backwards": numbers(client.get_stream("order-1", backwards=True, limit=2)),
        "version": client.get_current_version("order-1"),
        "commit_position": client.get_commit_position(),
        "missing": refusal(lambda: client.get_stream("order-none")),
        "missing_version": str(client.get_current_version("order-none")),
        "all": numbers(client.read_all()),
        "all_from": numbers(client.read_all(commit_position=2)),
        "all_backwards": numbers(client.read_all(backwards=True)),
        "all_of_streams": numbers(client.read_all(filter_include=["tool-.*"], filter_by_stream_name=True)),
        "all_of_types": numbers(client.read_all(filter_include=["nothing.*"])),
        "all_limited": numbers(client.read_all(limit=2)),
        "subscription": numbers(caught_up),
        "checkpoints": checkpoints,
        "subscription_to_stream": numbers(followed),
        "delete": refusal(lambda: client.delete_stream("order-1", current_version=StreamState.ANY)),
    }


def main(uri, what):
    client = EventStoreDBClient(uri)
    answers = {
        "append": lambda: appending(client),
        "read": lambda: reading(client),
        "refused": lambda: {
            "read": refusal(lambda: tuple(client.read_all())),
            "append": refusal(
                lambda: client.append_to_stream(
                    "order-9", current_version=StreamState.NO_STREAM, events=[event(9)]
                )
            ),
        },
    }
    print(json.dumps(answers[what]()))
    client.close()


main(*sys.argv[1:])
