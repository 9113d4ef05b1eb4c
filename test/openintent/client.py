"""What OpenIntent's published client does, against a running installation. Prints what each step came to as JSON."""

import asyncio
import json
import sys
import time
from datetime import datetime, timedelta, timezone

from openintent.client import AsyncOpenIntentClient, OpenIntentClient
from openintent.exceptions import ConflictError, LeaseConflictError, NotFoundError, OpenIntentError, ValidationError
from openintent.models import AccessPolicy, EventType, IntentStatus, Permission

url, keys = sys.argv[1], json.loads(sys.argv[2])
owner = OpenIntentClient(url, keys["agent-owner"], "agent-owner")
other = OpenIntentClient(url, keys["agent-other"], "agent-other")


def refusal(step):
    """What a step is refused with, as the client tells it."""
    try:
        step()
    except OpenIntentError as error:
        return {
            "is": type(error).__name__,
            "status": error.status_code,
            "error": (error.response or {}).get("error"),
            "required": (error.response or {}).get("required_permission"),
            "current": (error.response or {}).get("current_permission"),
            "version": getattr(error, "current_version", None),
        }
    return None


def soon(seconds):
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def intents():
    made = owner.create_intent("Interop", "d", {"rules": ["r"]}, {"progress": 0})
    read = owner.get_intent(made.id)
    patched = owner.update_state(made.id, made.version, {"progress": 0.5, "phase": "draft"})
    active = owner.set_status(made.id, patched.version, IntentStatus.ACTIVE, "Go")
    told = owner.log_event(made.id, EventType.COMMENT, {"note": "hello"}, trace_id="t")
    started = owner.log_tool_call_started(made.id, "search", "call-1", {"q": "x"})
    child = owner.create_intent("Child", parent_intent_id=made.id, depends_on=[made.id])
    return {
        "discovered": owner.discover()["protocol"],
        "title": read.title,
        "created_by": read.created_by,
        "constraints": read.constraints,
        "versions": [made.version, patched.version, active.version],
        "state": patched.state.to_dict(),
        "status": active.status.value,
        "told": [told.event_type.value, told.actor, told.payload],
        "started": started.event_type.value,
        "child_of": child.parent_intent_id == made.id,
        "listed": {one.id for one in owner.list_intents()} == {made.id, child.id},
        "listed_active": [one.id for one in owner.list_intents(status=IntentStatus.ACTIVE)] == [made.id],
        "events": [event.event_type.value for event in owner.get_events(made.id)],
        "comments": len(owner.get_events(made.id, EventType.COMMENT)),
        "since": len(owner.get_events(made.id, since=soon(60))),
        "stale": refusal(lambda: owner.update_state(made.id, 1, {"progress": 1})),
        "wrong_status": refusal(lambda: owner.set_status(made.id, 3, IntentStatus.DRAFT)),
        "missing": refusal(lambda: owner.get_intent("019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11")),
    }


def access():
    made = owner.create_intent("Shared", "d")
    hidden = refusal(lambda: other.get_intent(made.id))
    empty = owner.get_acl(made.id)
    entry = owner.grant_access(made.id, "agent-other", "agent", Permission.READ, "helps", soon(3600))
    visible = other.get_intent(made.id).title
    refused = refusal(lambda: other.update_state(made.id, 1, {"progress": 1}))
    twice = refusal(lambda: owner.grant_access(made.id, "agent-other", permission=Permission.WRITE))
    past = refusal(lambda: owner.grant_access(made.id, "agent-third", expires_at=soon(-60)))
    listed = [(one.principal_id, one.permission.value, one.reason) for one in owner.get_acl(made.id).entries]
    owner.revoke_access(made.id, entry.id)
    revoked = refusal(lambda: other.get_intent(made.id))
    unknown = refusal(lambda: owner.revoke_access(made.id, entry.id))

    wanted = [{"principal_id": "agent-other", "principal_type": "agent", "permission": "write"}]
    replaced = owner.set_acl(made.id, AccessPolicy.CLOSED, wanted)
    written = other.update_state(made.id, 1, {"progress": 1}).version
    not_admin = refusal(lambda: other.set_acl(made.id, AccessPolicy.OPEN))
    opened = owner.set_acl(made.id, AccessPolicy.OPEN)
    reads_only = refusal(lambda: other.update_state(made.id, 2, {"progress": 2}))
    return {
        "hidden": hidden,
        "empty": [empty.default_policy.value, len(empty.entries)],
        "entry": [entry.principal_id, entry.permission.value, entry.granted_by, entry.reason],
        "expires": entry.expires_at > datetime.now(timezone.utc),
        "visible": visible,
        "refused": refused,
        "twice": twice,
        "past": past,
        "listed": listed,
        "revoked": revoked,
        "unknown": unknown,
        "replaced": [replaced.default_policy.value, [one.permission.value for one in replaced.entries]],
        "written": written,
        "not_admin": not_admin,
        "opened": opened.default_policy.value,
        "reads_only": reads_only,
        "events": [event.event_type.value for event in owner.get_events(made.id)],
    }


def levels():
    """What each level lets its holder do: nothing where it does, and what it lacks where it does not."""

    def holding(permission):
        made = owner.create_intent("Levels", "d")
        owner.grant_access(made.id, "agent-other", permission=permission)
        version = lambda: other.get_intent(made.id).version
        return {
            "get_intent": refusal(lambda: other.get_intent(made.id)),
            "get_events": refusal(lambda: other.get_events(made.id)),
            "log_event": refusal(lambda: other.log_event(made.id, EventType.COMMENT, {})),
            "update_state": refusal(lambda: other.update_state(made.id, version(), {"progress": 1})),
            "get_acl": refusal(lambda: other.get_acl(made.id)),
            "set_status": refusal(lambda: other.set_status(made.id, version(), IntentStatus.ACTIVE)),
            "grant_access": refusal(lambda: other.grant_access(made.id, "agent-third")),
            "set_acl": refusal(lambda: other.set_acl(made.id, AccessPolicy.CLOSED)),
        }

    return {permission.value: holding(permission) for permission in Permission}


def asked(request):
    return [
        request.principal_id,
        request.requested_permission.value,
        request.status.value,
        request.reason,
        request.capabilities,
        request.decided_by,
        request.decision_reason,
    ]


def requests():
    made = owner.create_intent("On request", "d")

    def ask():
        return other.request_access(made.id, "agent-other", "agent", Permission.WRITE, "I can help", ["research"])

    first = ask()
    waiting = [asked(one) for one in owner.list_access_requests(made.id)]
    twice = refusal(ask)
    own = refusal(lambda: other.approve_access_request(made.id, first.id))
    more = refusal(lambda: owner.approve_access_request(made.id, first.id, Permission.ADMIN))
    still = refusal(lambda: other.get_intent(made.id))
    approved = owner.approve_access_request(made.id, first.id, Permission.READ, soon(3600), "for reading")
    second = ask()
    denied = owner.deny_access_request(made.id, second.id, "no")
    return {
        "asked": asked(first),
        "waiting": waiting,
        "twice": twice,
        "own": own,
        "more": more,
        "still": still,
        "approved": asked(approved),
        "denied": asked(denied),
        "reads": other.get_intent(made.id).title,
        "reads_only": refusal(lambda: other.update_state(made.id, 1, {"progress": 1})),
        "granted": [
            [one.principal_id, one.permission.value, one.granted_by, one.expires_at > datetime.now(timezone.utc)]
            for one in owner.get_acl(made.id).entries
        ],
        "decided": [
            refusal(lambda: owner.approve_access_request(made.id, first.id)),
            refusal(lambda: owner.deny_access_request(made.id, first.id)),
            refusal(lambda: owner.approve_access_request(made.id, second.id)),
        ],
        "unknown": refusal(lambda: owner.deny_access_request(made.id, made.id)),
        "listed": [one.status.value for one in owner.list_access_requests(made.id)],
        "own_listed": [one.id for one in other.list_access_requests(made.id)] == [second.id, first.id],
        "events": [[event.event_type.value, event.actor] for event in owner.get_events(made.id)],
        "payload": [
            [event.payload["principal_id"], event.payload["requested_permission"], event.payload.get("reason")]
            for event in owner.get_events(made.id, EventType.ACCESS_REQUESTED)
        ],
        "readers_events": [event.event_type.value for event in other.get_events(made.id)],
    }


def rule(step):
    """The rule of the policy that a step breaks."""
    try:
        step()
    except OpenIntentError as error:
        return [type(error).__name__, error.status_code, error.response["error"], error.response["rule"]]
    return None


def governance():
    policy = {"completion_mode": "require_approval", "max_cost": 100, "require_status_reason": True}
    made = owner.create_intent("Governed", "d", governance_policy=policy)
    owner.grant_access(made.id, "agent-other", permission=Permission.ADMIN)
    unsaid = rule(lambda: owner.set_status(made.id, 1, IntentStatus.ACTIVE))
    active = owner.set_status(made.id, 1, IntentStatus.ACTIVE, "go")
    early = rule(lambda: owner.set_status(made.id, 2, IntentStatus.COMPLETED, "done"))

    first = owner.request_approval(made.id, "complete", "all done", {"tests": 12})
    own = refusal(lambda: owner.approve_approval(made.id, first.id))
    denied = other.deny_approval(made.id, first.id)
    again = refusal(lambda: other.approve_approval(made.id, first.id))
    second = owner.request_approval(made.id, "complete")
    other.approve_approval(made.id, second.id)
    approved = owner.get_approval_status(made.id, second.id)

    changed = owner.set_governance_policy(made.id, 2, {**policy, "allowed_agents": ["agent-owner"]})
    stale = refusal(lambda: owner.set_governance_policy(made.id, 2, {}))
    void = rule(lambda: owner.set_status(made.id, 3, IntentStatus.COMPLETED, "done"))
    stranger = rule(lambda: other.update_state(made.id, 3, {"progress": 1}))
    cost = owner.record_cost(made.id, "tokens", 60, "tokens", "openai", {"model": "m"})
    dear = rule(lambda: owner.record_cost(made.id, "tokens", 41, "tokens"))
    costs, summary = owner.get_costs(made.id)

    third = owner.request_approval(made.id, "complete")
    other.approve_approval(made.id, third.id)
    completed = owner.set_status(made.id, 3, IntentStatus.COMPLETED, "done")
    effective = owner.get_governance_policy(made.id)["effective_policy"]
    free = owner.remove_governance_policy(made.id, 4)
    return {
        "set": [made.governance_policy.completion_mode, made.governance_policy.max_cost],
        "unsaid": unsaid,
        "active": active.status.value,
        "early": early,
        "asked": [first.requested_by, first.action, first.status, first.reason, first.context],
        "own": own,
        "denied": [denied["status"], denied["decided_by"]],
        "again": again,
        "approved": [approved.status, approved.decided_by, approved.decided_at >= approved.created_at],
        "changed": [changed.version, changed.governance_policy.allowed_agents],
        "stale": stale,
        "void": void,
        "stranger": stranger,
        "cost": [cost.agent_id, cost.cost_type, cost.amount, cost.unit, cost.provider, cost.metadata],
        "dear": dear,
        "costs": [[one.amount for one in costs], summary.to_dict()],
        "completed": [completed.status.value, completed.version],
        "effective": effective,
        "free": free.governance_policy,
        "wrong": refusal(lambda: owner.set_governance_policy(made.id, 5, {"completion_mode": "vote"})),
        "events": [
            [event.event_type.value, event.actor]
            for event in owner.get_events(made.id)
            if event.event_type.value.startswith("governance.")
        ],
    }


def quorum():
    made = owner.create_intent("Quorum", "d", governance_policy={"completion_mode": "quorum"})
    for agent in ("agent-other", "agent-third"):
        owner.grant_access(made.id, agent, permission=Permission.ADMIN)
    third = OpenIntentClient(url, keys["agent-third"], "agent-third")
    owner.set_status(made.id, 1, IntentStatus.ACTIVE)
    complete = lambda: owner.set_status(made.id, 2, IntentStatus.COMPLETED)
    steps = [rule(complete)]
    for client, approver in ((owner, other), (owner, other), (other, third)):
        approver.approve_approval(made.id, client.request_approval(made.id, "complete").id)
        steps.append(rule(complete))
    return steps


def leases():
    made = owner.create_intent("Leased", "d")
    entry = owner.grant_access(made.id, "agent-other", permission=Permission.WRITE)
    taken = other.acquire_lease(made.id, "research", 60)
    renewed = other.renew_lease(made.id, taken.id, 120)

    def conflict(step):
        try:
            step()
        except LeaseConflictError as error:
            return [error.status_code, error.existing_lease["id"] == taken.id, error.existing_lease["agent_id"]]
        return None

    second = conflict(lambda: owner.acquire_lease(made.id, "research"))
    foreign = conflict(lambda: owner.update_state(made.id, 1, {"research": "mine"}))
    not_holder = refusal(lambda: owner.release_lease(made.id, taken.id))
    own = other.update_state(made.id, 1, {"research": "theirs"}).version
    other.release_lease(made.id, taken.id)
    released = [one.id for one in owner.get_leases(made.id)]
    with owner.lease(made.id, "research"):
        during = [[one.scope, one.agent_id, one.status.value] for one in other.get_leases(made.id)]
    other.acquire_lease(made.id, "synthesis", 60)
    owner.revoke_access(made.id, entry.id)
    while owner.get_leases(made.id):
        time.sleep(0.05)
    return {
        "taken": [taken.agent_id, taken.scope, taken.status.value],
        "renewed": renewed.expires_at > taken.expires_at,
        "second": second,
        "foreign": foreign,
        "not_holder": not_holder,
        "own": own,
        "released": released,
        "during": during,
        "again": owner.acquire_lease(made.id, "synthesis", 60).agent_id,
        "events": [
            [event.event_type.value, event.actor, event.payload.get("reason")]
            for event in owner.get_events(made.id)
            if event.event_type.value.startswith("lease_")
        ],
    }


def expiry(how):
    """Asks until the grant has run out: it must have been good before, and must be over at its end."""
    made = owner.create_intent("For a moment", "d")
    end = soon(2)
    if how == "granted":
        owner.grant_access(made.id, "agent-other", permission=Permission.READ, expires_at=end)
    else:
        request = other.request_access(made.id, "agent-other", permission=Permission.READ)
        owner.approve_access_request(made.id, request.id, expires_at=end)
    good = 0
    while True:
        try:
            other.get_intent(made.id)
            good += 1
            after = datetime.now(timezone.utc) - end
            if after > timedelta(seconds=5):
                return {"was_good": True, "ended": False}
        except NotFoundError:
            early = datetime.now(timezone.utc) < end
            break
        time.sleep(0.05)
    while not owner.get_events(made.id, EventType.ACCESS_EXPIRED):
        time.sleep(0.05)
    return {"was_good": good > 0, "ended": True, "early": early}


def impersonation():
    claims = OpenIntentClient(url, keys["agent-other"], "agent-owner")
    nobody = OpenIntentClient(url, "no-key", "agent-owner")
    return {
        "another": refusal(lambda: claims.list_intents()),
        "nobody": refusal(lambda: nobody.list_intents()),
    }


async def asynchronous():
    async with AsyncOpenIntentClient(url, keys["agent-owner"], "agent-owner") as client:
        made = await client.create_intent("Async", "d")
        changed = await client.update_state(made.id, made.version, {"progress": 1})
        entry = await client.grant_access(made.id, "agent-other", permission=Permission.WRITE)
        acl = await client.get_acl(made.id)
        await client.revoke_access(made.id, entry.id)
        async with AsyncOpenIntentClient(url, keys["agent-other"], "agent-other") as asking:
            for decide in (client.deny_access_request, client.approve_access_request):
                request = await asking.request_access(made.id, "agent-other")
                await decide(made.id, request.id)
        requests = [one.status.value for one in await client.list_access_requests(made.id)]
        governed = await client.set_governance_policy(made.id, 2, {"max_cost": 5})
        approval = await client.request_approval(made.id, "deploy")
        status = (await client.get_approval_status(made.id, approval.id)).status
        costs, _ = await client.get_costs(made.id)
        requests += [governed.version, status, len(costs)]
        events = await client.get_events(made.id)
        return [changed.version, len(acl.entries), requests, [event.event_type.value for event in events]]


steps = {
    "intents": intents,
    "access": access,
    "levels": levels,
    "requests": requests,
    "governance": governance,
    "quorum": quorum,
    "leases": leases,
    "expiry": lambda: [expiry("granted"), expiry("requested")],
    "impersonation": impersonation,
    "asynchronous": lambda: asyncio.run(asynchronous()),
}
print(json.dumps(steps[sys.argv[3]]()))
