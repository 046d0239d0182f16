import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AppEnv } from './http.ts';

/** A request whose body a parser of the site, such as `express.json()`, may have read already. */
interface ParsedMessage extends IncomingMessage {
  readonly body?: unknown;
  /** The body as bytes; what is here is not read from the connection. */
  rawBody?: Buffer;
}

/** An app as a listener of Node's own server, and of frameworks that pass on its requests. */
export function toNodeListener(app: Hono<AppEnv>): RequestListener {
  const answer = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await app.fetch(request, { address: incoming.socket?.remoteAddress });
      // Node takes the cookies of the answer in place of those that the site has set before.
      for (const line of cookiesOf(outgoing as ServerResponse)) {
        response.headers.append('set-cookie', line);
      }
      return response;
    },
    { overrideGlobalObjects: false },
  );
  return (incoming, outgoing) => {
    restoreBody(incoming);
    void answer(incoming, outgoing);
  };
}

function restoreBody(incoming: ParsedMessage): void {
  const { body } = incoming;
  if (body === undefined || incoming.rawBody) return;
  const asSent = typeof body === 'string' || Buffer.isBuffer(body);
  incoming.rawBody = Buffer.from(asSent ? body : JSON.stringify(body));
}

function cookiesOf(outgoing: ServerResponse): string[] {
  const lines = outgoing.getHeader('set-cookie') ?? [];
  return Array.isArray(lines) ? lines : [String(lines)];
}
