import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Connects to Firefox's remote protocol and returns a function that runs one command.
 * A message is `length:[0, id, name, parameters]`, its answer `length:[1, id, error, result]`.
 */
export async function connectToMarionette(port) {
  const socket = await connect(port, Date.now() + 30_000);
  const waiting = new Map();
  let last = 0;

  socket.on('data', messages(settle));
  socket.on('close', () => failAll(new Error('Firefox closed the connection')));
  socket.on('error', failAll);

  function settle(message) {
    if (!Array.isArray(message)) return; // the greeting
    const [, id, error, result] = message;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve(unwrap(result));
  }

  function failAll(error) {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  return (name, parameters = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      const text = JSON.stringify([0, last, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

async function connect(port, deadline) {
  for (;;) {
    try {
      return await open(port);
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('Firefox did not start within 30 s', { cause });
      await pause(100);
    }
  }
}

function open(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

/** Cuts the stream into messages, which may arrive in pieces or several at once. */
function messages(onMessage) {
  let buffer = Buffer.alloc(0);
  return (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const colon = buffer.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(buffer.subarray(0, colon));
      if (buffer.length < end) return;
      const message = JSON.parse(buffer.subarray(colon + 1, end));
      buffer = buffer.subarray(end);
      onMessage(message);
    }
  };
}

const unwrap = (result) =>
  result && Object.keys(result).join() === 'value' ? result.value : result;
