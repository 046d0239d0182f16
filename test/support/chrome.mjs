import { existsSync } from 'node:fs';
import { arch, platform } from 'node:os';

const installed = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Google/Chrome/Application/chrome.exe',
];

/** Arguments every browser test starts Chrome with. */
export const chromeArgs = [
  '--no-sandbox', // root, as in most containers, has no other way
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Path of the Chrome to test with: the one named, the one installed, or the one npm brought. */
export async function chromePath() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROME_PATH names ${named}, which does not exist.`);
  }
  return installed.find((path) => existsSync(path)) ?? (await packedChrome());
}

async function packedChrome() {
  if (platform() !== 'linux' || arch() !== 'x64') {
    throw new Error('Found no Chrome: install Chrome or Chromium, or set CHROME_PATH to yours.');
  }
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs24.x'; // else its own libraries stay packed
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}
