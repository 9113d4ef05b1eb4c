import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address in front of several instances, as a service of an orchestrator would be. */
export interface Balancer {
  readonly origin: string;
  /** Ports of the instances that connections go to, each in its turn. */
  readonly ports: Set<number>;
  close(): Promise<void>;
}

/** On the port, if it is free, else on any. */
export async function startBalancer(wanted = 0): Promise<Balancer> {
  const ports = new Set<number>();
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client)).on('error', () => client.destroy());
    const all = [...ports];
    turn += 1;
    const inOrder = all.map((_, index) => all[(turn + index) % all.length] as number);
    void pass(client, inOrder);
  });
  const listen = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await listen(wanted).catch(() => listen(0));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    ports,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Connects a client to the first instance that takes it; where none does, its connection ends. */
async function pass(client: Socket, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const instance = connect(port, '127.0.0.1');
    const connected = await once(instance, 'connect').then(
      () => true,
      () => false,
    );
    if (!connected) continue;
    instance.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => instance.destroy());
    client.pipe(instance).pipe(client);
    return;
  }
  client.destroy();
}
