import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addPlaywrightAuthenticator, addPuppeteerAuthenticator } from 'passkey-elements/testing';
import { launch } from 'puppeteer-core';
import { chromeArgs, chromePath } from '../support/chrome.mjs';
import { expect, test as base } from '../support/e2e.ts';

const test = base.extend<{ url: string }>({
  // Playwright wants the first parameter destructured, even where nothing is needed.
  url: async ({}, use) => {
    const server = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Site</title>'),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`);
    server.closeAllConnections();
    server.close();
  },
});

test.use({ baseURL: '', extraHTTPHeaders: {} });

test('Playwright’s page gets an authenticator that makes passkeys, until it is removed', async ({
  page,
  url,
}) => {
  await page.goto(url);
  const authenticator = await addPlaywrightAuthenticator(page);
  expect(await page.evaluate(makeAndUse)).toBe('same passkey');
  await page.reload();
  expect(await page.evaluate(makeAndUse)).toBe('same passkey');
  await authenticator.remove();
  expect(await page.evaluate(makeAndUse)).toBe('NotAllowedError');
});

test('Puppeteer’s page gets one too', async ({ url }) => {
  const browser = await launch({ executablePath: await chromePath(), args: chromeArgs });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const authenticator = await addPuppeteerAuthenticator(page);
    expect(await page.evaluate(makeAndUse)).toBe('same passkey');
    await authenticator.remove();
    expect(await page.evaluate(makeAndUse)).toBe('NotAllowedError');
  } finally {
    await browser.close();
  }
});

/**
 * Creates a passkey in the page, then asks for one without naming it. The account is always the
 * same, so that a second passkey takes the place of the first: of two, either may answer.
 */
async function makeAndUse(): Promise<string> {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const user = { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' };
  const pubKeyCredParams = [-7, -257].map((alg) => ({ type: 'public-key', alg }) as const);
  const authenticatorSelection = { residentKey: 'required', userVerification: 'required' } as const;
  const rp = { name: 'Site' };
  const timeout = 1000;
  try {
    const made = await navigator.credentials.create({
      publicKey: { challenge, rp, user, pubKeyCredParams, authenticatorSelection, timeout },
    });
    const userVerification = 'required';
    const used = await navigator.credentials.get({
      publicKey: { challenge, userVerification, timeout },
    });
    return made?.id === used?.id ? 'same passkey' : 'another passkey';
  } catch (cause) {
    return (cause as Error).name;
  }
}
