import { fileURLToPath } from 'node:url';
import { pythonWith, type StandaloneProcess } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { startInstallation } from '../e2e/installation.ts';

/** OpenIntent's published client, the version that the migration page speaks of. */
const python = await pythonWith('openintent==0.17.0');
const PROGRAM = fileURLToPath(new URL('./client.py', import.meta.url));

const refused = (is: string, status: number, error: string, more: object = {}) => {
  return { is, status, error, required: null, current: null, version: null, ...more };
};

if ('missing' in python) {
  describe("OpenIntent's client", () => {
    it(`was not run, because it could not be fetched: ${python.missing.split('\n')[0]}`, () => {
      expect(process.env.REQUIRE_ALL, python.missing).toBeUndefined();
    });
  });
} else {
  describe("OpenIntent's client", () => {
    let installation: StandaloneProcess;
    const keys: Record<string, string> = {};

    beforeAll(async () => {
      const { process: started, owner } = await startInstallation();
      installation = started;
      // One for each: nobody approves what an agent of theirs asks for.
      for (const [user, id] of [
        ['alice', 'agent-owner'],
        ['bruno', 'agent-other'],
        ['carla', 'agent-third'],
      ] as const) {
        await owner('PUT', `/v1/users/${user}`, { roles: [] });
        await owner('PUT', `/v1/agents/${id}`, { owner: user });
        const { body } = await owner('POST', '/v1/keys', { principal: { kind: 'agent', id } });
        keys[id] = body.key;
      }
    });

    const does = (step: string) => python.ask(PROGRAM, installation.url, JSON.stringify(keys), step);

    it('makes work intents, changes them, and reads what happened', async () => {
      expect(await does('intents')).toEqual({
        discovered: 'OpenIntent Coordination Protocol',
        title: 'Interop',
        created_by: 'agent-owner',
        constraints: { rules: ['r'] },
        versions: [1, 2, 3],
        state: { progress: 0.5, phase: 'draft' },
        status: 'active',
        told: ['comment', 'agent-owner', { note: 'hello' }],
        started: 'tool_call_started',
        child_of: true,
        listed: true,
        listed_active: true,
        events: ['tool_call_started', 'comment', 'status_changed', 'state_patched', 'intent_created'],
        comments: 1,
        since: 0,
        stale: refused('ConflictError', 409, 'version_conflict', { version: 3 }),
        wrong_status: refused('ValidationError', 400, 'invalid_request'),
        missing: refused('NotFoundError', 404, 'not_found'),
      });
    });

    it('grants, replaces and revokes access, and is told what it lacks', async () => {
      const hidden = refused('NotFoundError', 404, 'not_found');
      const lacks = (required: string, current: string) =>
        refused('OpenIntentError', 403, 'forbidden', { required, current });
      expect(await does('access')).toEqual({
        hidden,
        empty: ['closed', 0],
        entry: ['agent-other', 'read', 'agent-owner', 'helps'],
        expires: true,
        visible: 'Shared',
        refused: lacks('write', 'read'),
        twice: refused('ConflictError', 409, 'already_exists'),
        past: refused('ValidationError', 400, 'invalid_request'),
        listed: [['agent-other', 'read', 'helps']],
        revoked: hidden,
        unknown: hidden,
        replaced: ['closed', ['write']],
        written: 2,
        not_admin: lacks('admin', 'write'),
        opened: 'open',
        reads_only: lacks('write', 'read'),
        events: [
          'access_granted',
          'access_revoked',
          'state_patched',
          'access_granted',
          'access_granted',
          'access_revoked',
          'access_granted',
          'intent_created',
        ],
      });
    });

    it('may with each level what it allows, and is told which it would need', async () => {
      const needs = (required: string, current: string) =>
        refused('OpenIntentError', 403, 'forbidden', { required, current });
      const may = { get_intent: null, get_events: null };
      const administers = { set_status: null, grant_access: null, set_acl: null };
      const lacksAdmin = (held: string) => {
        const lacks = needs('admin', held);
        return { set_status: lacks, grant_access: lacks, set_acl: lacks };
      };
      const writes = { ...may, log_event: null, update_state: null, get_acl: null };
      const lacks = needs('write', 'read');
      expect(await does('levels')).toEqual({
        read: { ...may, log_event: lacks, update_state: lacks, get_acl: lacks, ...lacksAdmin('read') },
        write: { ...writes, ...lacksAdmin('write') },
        admin: { ...writes, ...administers },
      });
    });

    it('asks for access, and decides who gets it', async () => {
      const words = ['agent-other', 'write'];
      const [reason, capabilities] = ['I can help', ['research']];
      const pending = [...words, 'pending', reason, capabilities, null, null];
      const decided = refused('OpenIntentError', 410, 'already_decided');
      expect(await does('requests')).toEqual({
        asked: pending,
        waiting: [pending],
        twice: refused('ConflictError', 409, 'already_exists'),
        own: refused('OpenIntentError', 403, 'self_approval'),
        more: refused('ValidationError', 400, 'invalid_request'),
        still: refused('NotFoundError', 404, 'not_found'),
        approved: [...words, 'approved', reason, capabilities, 'agent-owner', 'for reading'],
        denied: [...words, 'denied', reason, capabilities, 'agent-owner', 'no'],
        reads: 'On request',
        reads_only: refused('OpenIntentError', 403, 'forbidden', { required: 'write', current: 'read' }),
        granted: [['agent-other', 'read', 'agent-owner', true]],
        decided: [decided, decided, decided],
        unknown: refused('NotFoundError', 404, 'not_found'),
        listed: ['denied', 'approved'],
        own_listed: true,
        events: [
          ['access_request_denied', 'agent-owner'],
          ['access_requested', 'agent-other'],
          ['access_granted', 'agent-owner'],
          ['access_request_approved', 'agent-owner'],
          ['access_requested', 'agent-other'],
          ['intent_created', 'agent-owner'],
        ],
        payload: [
          [...words, reason],
          [...words, reason],
        ],
        readers_events: ['intent_created'],
      });
    });

    it('O-GVN-1 to O-GVN-7: governs an intent, asks for approval and gives it, and is held to both', async () => {
      const broken = (rule: string) => ['OpenIntentError', 403, 'governance_violation', rule];
      expect(await does('governance')).toEqual({
        set: ['require_approval', 100],
        unsaid: broken('require_status_reason'),
        active: 'active',
        early: broken('completion_mode'),
        asked: ['agent-owner', 'complete', 'pending', 'all done', { tests: 12 }],
        own: refused('OpenIntentError', 403, 'self_approval'),
        denied: ['denied', 'agent-other'],
        again: refused('ConflictError', 409, 'already_decided'),
        approved: ['approved', 'agent-other', true],
        changed: [3, ['agent-owner']],
        stale: refused('ConflictError', 409, 'version_conflict', { version: 3 }),
        void: broken('completion_mode'),
        stranger: broken('allowed_agents'),
        cost: ['agent-owner', 'tokens', 60, 'tokens', 'openai', { model: 'm' }],
        dear: broken('max_cost'),
        costs: [[60], { total: 60, by_type: { tokens: 60 }, by_agent: { 'agent-owner': 60 } }],
        completed: ['completed', 4],
        effective: {
          completion_mode: 'require_approval',
          write_scope: 'any',
          quorum_threshold: 0.6,
          allowed_agents: ['agent-owner'],
          max_cost: 100,
          require_status_reason: true,
        },
        free: null,
        wrong: refused('OpenIntentError', 422, 'policy_invalid'),
        events: [
          ['governance.policy_removed', 'agent-owner'],
          ['governance.approval_granted', 'agent-other'],
          ['governance.violation', 'agent-owner'],
          ['governance.violation', 'agent-other'],
          ['governance.violation', 'agent-owner'],
          ['governance.policy_set', 'agent-owner'],
          ['governance.approval_granted', 'agent-other'],
          ['governance.approval_denied', 'agent-other'],
          ['governance.violation', 'agent-owner'],
          ['governance.violation', 'agent-owner'],
        ],
      });
    });

    it('O-GVN-5: completes by a quorum of different approvers', async () => {
      const missing = ['OpenIntentError', 403, 'governance_violation', 'completion_mode'];
      expect(await does('quorum')).toEqual([missing, missing, missing, null]);
    });

    it('O-LSE-1: O-LSE-2: takes a part of the state for itself, until it gives it back or loses the right', async () => {
      const conflict = [409, true, 'agent-other'];
      expect(await does('leases')).toEqual({
        taken: ['agent-other', 'research', 'active'],
        renewed: true,
        second: conflict,
        foreign: conflict,
        not_holder: refused('OpenIntentError', 403, 'forbidden'),
        own: 2,
        released: [],
        during: [['research', 'agent-owner', 'active']],
        again: 'agent-owner',
        events: [
          ['lease_acquired', 'agent-owner', null],
          ['lease_released', 'countersign', 'revoked'],
          ['lease_acquired', 'agent-other', null],
          ['lease_released', 'agent-owner', 'released'],
          ['lease_acquired', 'agent-owner', null],
          ['lease_released', 'agent-other', 'released'],
          ['lease_acquired', 'agent-other', null],
        ],
      });
    });

    it('lets somebody in for a time, which ends by itself, granted and asked for', async () => {
      const ended = { was_good: true, ended: true, early: false };
      expect(await does('expiry')).toEqual([ended, ended]);
    });

    it('is whom its key says, whatever it says itself', async () => {
      expect(await does('impersonation')).toEqual({
        another: refused('OpenIntentError', 403, 'forbidden'),
        nobody: refused('OpenIntentError', 401, 'unauthenticated'),
      });
    });

    it('does the same asynchronously', async () => {
      expect(await does('asynchronous')).toEqual([
        2,
        1,
        ['approved', 'denied', 3, 'pending', 0],
        [
          'governance.policy_set',
          ...['access_granted', 'access_request_approved', 'access_requested'],
          ...['access_request_denied', 'access_requested'],
          ...['access_revoked', 'access_granted', 'state_patched', 'intent_created'],
        ],
      ]);
    });
  });
}
