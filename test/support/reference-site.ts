import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { createApp, type AppOptions } from '../../demo/server/app.ts';

/** The code of a page that asks its own server. */
export const post = `
  async function post(path, body) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return answer.json();
  }`;

/** The reference backend in the process of a test, as the site in which people have accounts. */
export class ReferenceSite {
  readonly fetch: ReturnType<typeof createApp>['fetch'];
  readonly #url: string;
  readonly #codes = new Map<string, string>();

  constructor(url: string, options: Omit<AppOptions, 'origins'>) {
    this.#url = url;
    const sendCode: AppOptions['sendCode'] = ({ identifier, code }) =>
      void this.#codes.set(identifier, code);
    const app = createApp({
      origins: ['http://localhost:*'],
      triesPerMinute: 1000,
      sendCode,
      ...options,
    });
    this.fetch = app.fetch;
  }

  /** The code that was mailed last. */
  codeFor(identifier: string): string {
    return this.#codes.get(identifier) ?? '';
  }

  /** Signs somebody in by a code, wherever this browser goes; a newcomer gets an account. Gives the account name. */
  async signIn(page: Page, identifier = `p-${randomUUID()}@example.com`): Promise<string> {
    const { handle } = await this.#post(page, 'send', { identifier });
    await this.#post(page, 'verify', { handle, code: this.codeFor(identifier) });
    return identifier;
  }

  /** Whose session this browser has, if anybody's. */
  async whoIs(page: Page): Promise<unknown> {
    const answer = await page.request.get(`${this.#url}/api/passkeys/session`);
    return answer.ok() ? (await answer.json()).user.identifier : undefined;
  }

  async #post(page: Page, step: string, data: object) {
    const headers = { Origin: this.#url };
    const answer = await page.request.post(`${this.#url}/api/passkeys/codes/${step}`, {
      data,
      headers,
    });
    if (!answer.ok()) throw new Error(`${step}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }
}
