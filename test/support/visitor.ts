import assert from 'node:assert/strict';
import { SoftwareAuthenticator } from './software-authenticator.ts';

/** What a server answered. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at by tests
  readonly body: any;
}

/** A browser at a server that listens: with cookies, and with an authenticator for the page's origin. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly authenticator: SoftwareAuthenticator;
  readonly #url: string;
  readonly #origin: string;

  constructor(url: string, origin = new URL(url).origin) {
    this.#url = url;
    this.#origin = origin;
    this.authenticator = new SoftwareAuthenticator({ origin });
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const headers = {
      origin: this.#origin,
      cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...more,
    };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(this.#url + path, { method, headers, body: text });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(/[=;]/);
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const answer = await response.text();
    const json = /^[{[]|^null$/.test(answer);
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(answer) : answer,
    };
  }

  /** The same, where anything but a success is a fault of the test. */
  async must(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.send(method, path, body);
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
