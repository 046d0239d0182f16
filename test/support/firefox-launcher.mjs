import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { inTurn } from './in-turn.mjs';
import { connectToMarionette } from './marionette.mjs';

const installed = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:/Program Files/Mozilla Firefox/firefox.exe',
];

/** Runs tests in the installed Firefox, without geckodriver. */
export function firefoxLauncher() {
  const tabs = new Map();
  const queue = inTurn();
  let starting;

  const firefox = () => (starting ??= startFirefox());
  const command = (name, parameters) => queue(async () => (await firefox()).send(name, parameters));

  return {
    name: 'Firefox',
    type: 'marionette', // the webauthn command tells the browsers apart by it
    concurrency: 1,
    command,
    isActive: (id) => tabs.has(id),
    getBrowserUrl: (id) => tabs.get(id)?.url,

    async startSession(id, url) {
      const { send } = await firefox();
      await queue(async () => {
        const { handle } = await send('WebDriver:NewWindow', { type: 'window', focus: true });
        tabs.set(id, { handle, url });
        await send('WebDriver:SwitchToWindow', { handle, focus: true });
        await send('WebDriver:Navigate', { url });
      });
    },

    async stopSession(id) {
      const { send } = await firefox();
      const { handle } = tabs.get(id);
      tabs.delete(id);
      await queue(async () => {
        await send('WebDriver:SwitchToWindow', { handle });
        const [remaining] = await send('WebDriver:CloseWindow');
        if (remaining) await send('WebDriver:SwitchToWindow', { handle: remaining });
      });
      return {};
    },

    async stop() {
      if (starting) await (await starting).quit();
    },
  };
}

async function startFirefox() {
  const port = await freePort();
  const profile = writeProfile(port);
  const child = spawn(
    firefoxPath(),
    ['--headless', '--marionette', '--no-remote', '--profile', profile],
    { stdio: 'ignore' },
  );
  const send = await connectToMarionette(port);
  const capabilities = { alwaysMatch: { pageLoadStrategy: 'none' } };
  await send('WebDriver:NewSession', { capabilities });

  async function quit() {
    const exited = once(child, 'exit');
    await send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => child.kill());
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return { send, quit };
}

function firefoxPath() {
  const path = process.env.FIREFOX_PATH ?? installed.find((known) => existsSync(known));
  if (!path) throw new Error('Found no Firefox: install it, or set FIREFOX_PATH to yours.');
  return path;
}

function writeProfile(port) {
  const profile = mkdtempSync(join(tmpdir(), 'passkey-elements-firefox-'));
  const preferences = {
    'marionette.port': port,
    'security.webauth.webauthn_enable_softtoken': true,
    'security.webauth.webauthn_enable_usbtoken': false,
    'datareporting.policy.dataSubmissionEnabled': false,
  };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  return profile;
}
