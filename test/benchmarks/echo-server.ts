import { fastify } from 'fastify';
import { z } from 'zod';

/**
 * The floor: bare Fastify and zod on the same body, in its own process. Prints its address when it listens.
 */
const body = z.strictObject({
  agent_id: z.string(),
  tool_name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  reason: z.string(),
  redeem: z.boolean().optional(),
});

const app = fastify();
app.post('/v1/tool-calls', async (request, reply) => {
  const read = body.safeParse(request.body);
  if (!read.success) return reply.code(400).send({ error: 'invalid' });
  return { echo: read.data };
});
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
