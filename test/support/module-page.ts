import type { Page } from '@playwright/test';
import { bundle } from './bundle.ts';

/** A page of a site that bundles the package, at an address of its own. */
export class ModulePage {
  readonly url: string;
  readonly #page: Page;
  /** What the connection does not bring. */
  #lost: RegExp | undefined;

  constructor(page: Page, url = 'http://localhost/') {
    this.#page = page;
    this.url = url;
  }

  /** Serves the page with this module and what it loads, and goes there. */
  async open(module: string, body: string, others?: Record<string, string>): Promise<void> {
    await this.serve(module, body, others);
    await this.#page.goto(this.url);
  }

  /** Serves the page with this module and what it loads; `others` are files by their names. */
  async serve(module: string, body: string, others: Record<string, string> = {}): Promise<void> {
    const files = new Map([...(await bundle(module)), ...Object.entries(others)]);
    const [entry] = files.keys();
    await this.#page.route(`${this.url}**`, (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const code = files.get(name);
      if (this.#lost?.test(name)) return route.fulfill({ status: 503 });
      if (code !== undefined) return route.fulfill({ body: code, contentType: 'text/javascript' });
      if (name !== '') return route.fulfill({ status: 404 });
      const head = `<link rel="icon" href="data:," /><script type="module" src="/${entry}"></script>`;
      const html = `<!doctype html><html lang="en"><title>A site</title>${head}${body}</html>`;
      return route.fulfill({ body: html, contentType: 'text/html' });
    });
  }

  /** Module by the start of its name; it answers with 503 until `heal`. */
  lose(module: string): void {
    this.#lost = new RegExp(`(^|/)${module}-[^/]*\\.js$`);
  }

  heal(): void {
    this.#lost = undefined;
  }
}
