import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { inTurn } from './in-turn.mjs';

const miniBrowsers = [
  '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
  '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
];

/** Runs tests in WebKitGTK, a browser without `navigator.credentials`. It needs a display. */
export function webkitLauncher() {
  const tabs = new Map();
  const queue = inTurn();
  let starting;

  const webkit = () => (starting ??= startWebkit());

  return {
    name: 'WebKit',
    type: 'webdriver',
    concurrency: 1,
    isActive: (id) => tabs.has(id),
    getBrowserUrl: (id) => tabs.get(id)?.url,

    async startSession(id, url) {
      const { call } = await webkit();
      await queue(async () => {
        const { handle } = await call('POST', '/window/new', { type: 'tab' });
        tabs.set(id, { handle, url });
        await call('POST', '/window', { handle });
        await call('POST', '/url', { url });
      });
    },

    async stopSession(id) {
      const { call } = await webkit();
      const { handle } = tabs.get(id);
      tabs.delete(id);
      await queue(async () => {
        await call('POST', '/window', { handle });
        const [remaining] = await call('DELETE', '/window');
        if (remaining) await call('POST', '/window', { handle: remaining });
      });
      return {};
    },

    async stop() {
      if (starting) await (await starting).quit();
    },
  };
}

async function startWebkit() {
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore' });
  await once(driver, 'spawn'); // rejects when there is no such program
  const server = `http://127.0.0.1:${port}`;
  await untilReady(server, Date.now() + 30_000);
  const { sessionId } = await request('POST', `${server}/session`, { capabilities });
  const call = (method, path, body) =>
    request(method, `${server}/session/${sessionId}${path}`, body);

  async function quit() {
    await call('DELETE', '').catch(() => {}); // the driver ends its browser in any case
    driver.kill();
  }
  return { call, quit };
}

const capabilities = {
  alwaysMatch: {
    pageLoadStrategy: 'none',
    'webkitgtk:browserOptions': {
      binary: miniBrowsers.find((path) => existsSync(path)),
      args: ['--automation'],
    },
  },
};

async function untilReady(server, deadline) {
  for (;;) {
    try {
      return await request('GET', `${server}/status`);
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('WebKit did not start within 30 s', { cause });
      await pause(100);
    }
  }
}

async function request(method, url, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
