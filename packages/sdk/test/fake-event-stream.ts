import type { IncomingMessage, ServerResponse } from 'node:http';

/** A fake of `/v1/events/stream`: a log, and connections that the test can cut and delay. */
export function createFakeEventStream() {
  const log: { position: string; text: string }[] = [];
  const open = new Set<{ response: ServerResponse; next: number }>();
  const connections: { lastEventId: string | undefined; after: string | null }[] = [];
  let repeat = 0;
  let cutAfter: number | undefined;

  const pump = (connection: { response: ServerResponse; next: number }) => {
    for (const { position, text } of log.slice(connection.next)) {
      connection.next += 1;
      if (cutAfter !== undefined && cutAfter-- <= 0) {
        cutAfter = undefined;
        // Half a message: a reader must not take it for a whole one.
        connection.response.write(`id: ${position}\ndata: ${text.slice(0, 20)}`, () =>
          connection.response.destroy(),
        );
        open.delete(connection);
        return;
      }
      connection.response.write(`id: ${position}\ndata: ${text}\n\n`);
    }
  };

  return {
    /** `after` and `Last-Event-ID` of every connection so far. */
    connections,
    publish(type = 'agent.tool.called') {
      const position = String(log.length + 1);
      log.push({ position, text: JSON.stringify({ specversion: '1.0', type, position, data: {} }) });
      for (const connection of [...open]) pump(connection);
    },
    /** Cuts the connection in the middle of a message, after so many more whole ones. */
    cutAfter(messages: number) {
      cutAfter = messages;
    },
    /** The next connections send so many events again that the client has seen. */
    repeatAfterResuming(events: number) {
      repeat = events;
    },
    cut() {
      for (const { response } of open) response.destroy();
      open.clear();
    },
    openConnections: () => open.size,
    serve(request: IncomingMessage, response: ServerResponse, after: string | null) {
      const lastEventId = request.headers['last-event-id'] as string | undefined;
      connections.push({ lastEventId, after });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\nretry: 1\n\n');
      const from = lastEventId ?? after;
      const next = from === null ? log.length : Math.max(0, Number(from) - repeat);
      const connection = { response, next };
      open.add(connection);
      response.on('close', () => open.delete(connection));
      pump(connection);
    },
  };
}
