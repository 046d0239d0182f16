import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Hono } from 'hono';
import type { AppEnv } from './http.ts';
import { toNodeListener } from './node-listener.ts';

/** An app that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no new requests and resolves once the running ones are answered. */
  close(): Promise<void>;
}

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** To send the headers of a request. */
  readonly headers: number;
  /** To send a whole request. */
  readonly request: number;
  /** To be done with its request when the server stops. */
  readonly stop: number;
}

const patience: Patience = { headers: 10_000, request: 30_000, stop: 5000 };

/** Lets an app listen on this machine alone, whichever address "localhost" means. */
export async function listen(
  app: Hono<AppEnv>,
  port: number,
  { headers, request, stop }: Patience = patience,
): Promise<Listening> {
  const answer = toNodeListener(app);
  const running = new Set<ServerResponse>();
  const connections = new Set<Socket>();
  let stopping = false;
  const onConnection = (socket: Socket): void => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  };
  const onRequest: RequestListener = (incoming, outgoing) => {
    running.add(outgoing);
    outgoing.once('close', () => running.delete(outgoing));
    if (stopping) endConnection(outgoing);
    answer(incoming, outgoing);
  };
  const options = {
    headersTimeout: headers,
    requestTimeout: request,
    connectionsCheckingInterval: Math.min(headers, 1000),
  };
  const ipv4 = createServer(options, onRequest).on('connection', onConnection);
  const taken = await listenOn(ipv4, port, '127.0.0.1');
  const ipv6 = createServer(options, onRequest).on('connection', onConnection);
  const servers = [ipv4];
  const missing = await listenOn(ipv6, taken, '::1').then(
    () => void servers.push(ipv6),
    (error: NodeJS.ErrnoException) => error,
  );
  // A machine without IPv6 does with one. Where somebody else has the port, browsers would go to them.
  if (missing?.code === 'EADDRINUSE') {
    await new Promise((done) => ipv4.close(done));
    if (port === 0) return listen(app, port, { headers, request, stop });
    throw missing;
  }
  return {
    port: taken,
    async close() {
      stopping = true;
      running.forEach(endConnection);
      const closing = servers.map((server) => new Promise((done) => server.close(done)));
      // Browsers open connections before they need them; to Node, one without a request is not idle.
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
      const cut = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), stop);
      await Promise.all(closing);
      clearTimeout(cut);
    },
  };
}

/** One that is kept would bring the next request, and the next, until it is cut in the middle of one. */
function endConnection(outgoing: ServerResponse): void {
  outgoing.shouldKeepAlive = false;
}

function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port));
  });
}
