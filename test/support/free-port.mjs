import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port of the loopback interface that nobody uses at this moment. Systems take the ports of
 * connections from 32768 on: one from below does not become a connection before it is put to use.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const free = !(await whyNot(port, '127.0.0.1'));
    if (free && (await whyNot(port, '::1')) !== 'EADDRINUSE') return port; // not all have IPv6
  }
}

/** Code of the error that listening there meets, if any. */
function whyNot(port, host) {
  return new Promise((resolve) => {
    const server = createServer().once('error', ({ code }) => resolve(code));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
