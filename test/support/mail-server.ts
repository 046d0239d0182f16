import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** What a mail server was given. */
interface Mail {
  /** Whom it was to bring the message to. */
  readonly recipients: readonly string[];
  /** Headers and text. */
  readonly message: string;
}

/** A mail server that takes one message. */
export async function listenForMail() {
  const { promise: mail, resolve } = Promise.withResolvers<Mail>();
  const recipients: string[] = [];
  const server = createServer((socket) => {
    let data: string[] | undefined;
    socket.write('220 test\r\n');
    createInterface(socket).on('line', (line) => {
      const [, recipient] = /^RCPT TO:<(.*)>/.exec(line) ?? [];
      if (recipient) recipients.push(recipient);
      if (data && line === '.') {
        resolve({ recipients, message: data.join('\r\n') + '\r\n' });
        data = undefined;
        socket.write('250 taken\r\n');
      } else if (data) data.push(line);
      else if (line === 'DATA') {
        data = [];
        socket.write('354 go on\r\n');
      } else if (line === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 fine\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}?ignoreTLS=true`, mail, close: () => server.close() };
}
