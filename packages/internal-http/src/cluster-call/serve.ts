import { problem } from '@countersign/contracts';
import { parseStrictJson, report, sendProblem } from '@countersign/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ClusterKey } from '../cluster-key/cluster-key.ts';
import { checkProof, digestOf, type Proof } from '../cluster-key/proof.ts';
import { sealAnswer } from '../cluster-key/sealed-answer.ts';
import { createUsedNonces } from '../cluster-key/used-nonces.ts';

/** One call that services of the cluster may make. It is in no public document. */
export interface ClusterCall {
  readonly path: string;
  /** Reads the body and answers it. */
  readonly answer: (body: unknown) => Promise<object> | object | BodyRefused;
}

/** The body is not what the call takes: caller and service are of different versions. */
export interface BodyRefused {
  readonly bodyRefused: true;
}

/** A call with the schema of its body. */
export function clusterCall<Body>(
  path: string,
  body: z.ZodType<Body>,
  answer: (body: Body) => Promise<object> | object,
): ClusterCall {
  return {
    path,
    answer(given) {
      const read = body.safeParse(given);
      return read.success ? answer(read.data) : { bodyRefused: true };
    },
  };
}

/**
 * Serves calls of the cluster's services: who has not proven that it is one is refused before its body is read. Answers are
 * sealed for who asked.
 */
export function serveCluster(
  app: FastifyInstance,
  { key, nowMs }: { readonly key: ClusterKey; readonly nowMs: () => number },
  calls: readonly ClusterCall[],
): void {
  const nonces = createUsedNonces();
  const proofs = new WeakMap<FastifyRequest, Proof>();

  const admit = (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    const now = nowMs();
    const proof = checkProof(key, request, request.headers.authorization, now);
    if (proof === null || !nonces.use(proof.nonce, now)) return sendProblem(reply, UNPROVEN);
    proofs.set(request, proof);
    next();
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
      done(null, bytes);
    });
    for (const { path, answer } of calls) {
      scope.route({
        method: 'POST',
        url: path,
        config: { open: true },
        onRequest: admit,
        async handler(request, reply) {
          const proof = proofs.get(request) as Proof;
          const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          if (digestOf(bytes) !== proof.digest) return sendProblem(reply, UNPROVEN);
          const body = parseStrictJson(bytes);
          const answered = body.ok ? await answer(body.value) : REFUSED;
          if ('bodyRefused' in answered) return sendProblem(reply, MISREAD);
          const sealed = sealAnswer(key, proof.nonce, request, Buffer.from(JSON.stringify(answered)));
          reply.header('content-type', 'application/octet-stream').send(sealed);
          report(reply, 200);
        },
      });
    }
  });
}

const REFUSED: BodyRefused = { bodyRefused: true };
const UNPROVEN = problem('unauthenticated', 'this is for services of the cluster alone');
const MISREAD = problem('invalid_request', 'this service is of another version than who asks it');
