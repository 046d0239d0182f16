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

/**
 * Runs tests in WebKitGTK, a browser without `navigator.credentials`. It needs a display. Each file
 * of tests has a browser and a driver of its own: a second tab would be in the background, where
 * timers wait, and a browser that hangs takes nothing else with it.
 */
export function webkitLauncher() {
  const pages = new Map();
  const queue = inTurn();

  async function stop(id) {
    const page = pages.get(id);
    pages.delete(id);
    await page?.driver.stop(page.sessionId);
  }

  return {
    name: 'WebKit',
    type: 'webdriver',
    concurrency: 1,
    isActive: (id) => pages.has(id),
    getBrowserUrl: (id) => pages.get(id)?.url,

    startSession: (id, url) =>
      queue(async () => {
        for (const hung of pages.keys()) await stop(hung); // the runner gives up on it without a word
        // Now and then a browser does not come up, long before a test is in it.
        pages.set(id, await startPage(url).catch(() => startPage(url)));
      }),

    async stopSession(id) {
      await stop(id);
      return {};
    },

    async stop() {
      for (const id of pages.keys()) await stop(id);
    },
  };
}

async function startPage(url) {
  const driver = await startDriver();
  try {
    const limit = AbortSignal.timeout(10_000);
    const { sessionId } = await driver.call('POST', '/session', { capabilities }, limit);
    await driver.call('POST', `/session/${sessionId}/url`, { url }, limit);
    return { driver, url, sessionId };
  } catch (cause) {
    await driver.stop();
    throw cause;
  }
}

async function startDriver() {
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore' });
  await once(driver, 'spawn'); // rejects when there is no such program
  const server = `http://127.0.0.1:${port}`;
  await untilReady(server, Date.now() + 30_000);
  const call = (method, path, body, limit) => request(method, server + path, body, limit);
  return {
    call,
    /** Ends its browser too, which leaves nothing behind if it is asked to first. */
    async stop(sessionId) {
      const asked = sessionId && call('DELETE', `/session/${sessionId}`).catch(() => {});
      await Promise.race([asked, pause(5_000, undefined, { ref: false })]);
      const ended = once(driver, 'exit');
      const deaf = setTimeout(() => driver.kill('SIGKILL'), 3_000);
      if (driver.kill()) await ended;
      clearTimeout(deaf);
    },
  };
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

async function request(method, url, body, signal) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body), signal });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
