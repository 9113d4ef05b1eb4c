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
      await owner('PUT', '/v1/users/alice', { roles: [] });
      for (const id of ['agent-owner', 'agent-other']) {
        await owner('PUT', `/v1/agents/${id}`, { owner: 'alice' });
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
        ['approved', 'denied'],
        [
          ...['access_granted', 'access_request_approved', 'access_requested'],
          ...['access_request_denied', 'access_requested'],
          ...['access_revoked', 'access_granted', 'state_patched', 'intent_created'],
        ],
      ]);
    });
  });
}
