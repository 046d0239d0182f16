import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import type { TokenResult } from '../../src/index.js';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { watchPrompts } from '../support/prompts.ts';
import { replace } from '../support/replace.ts';
import { baseUrls, openSite } from '../support/site.ts';
import { eventually, submit, type } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
} from '../support/virtual-authenticator.ts';

const canary = 'canary-person@example.com';
const levels = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** Everything said in the console from now on. */
function watchConsole(): string[] {
  const said: string[] = [];
  for (const level of levels) {
    replace(console, level, (...words: unknown[]) => said.push(words.map(String).join(' ')));
  }
  return said;
}

/** Everything this origin keeps. */
async function kept(): Promise<Record<string, unknown>> {
  const databases = await indexedDB.databases();
  return {
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    databases: databases.map(({ name }) => name).sort(),
    caches: await caches.keys(),
  };
}

/** All of an event, as deep as a script can look. */
function everythingIn(event: CustomEvent): string {
  const detail = event.detail as Record<string, unknown>;
  return JSON.stringify([event.type, detail, Object.values(detail).map(String)]);
}

describe('what the elements keep to themselves', () => {
  const site = openSite();

  /** The bodies and addresses of all requests and answers so far hold these; nothing else may. */
  async function secretsOnTheWire(): Promise<string[]> {
    const texts = await Promise.all(site.requests.map((request) => request.clone().text()));
    const long = texts.flatMap((text) => text.match(/[\w-]{22,}/g) ?? []);
    const urls = site.requests.flatMap(({ url }) => new URL(url).search.match(/[\w-]{22,}/g) ?? []);
    return [...long, ...urls];
  }

  if (hasVirtualAuthenticators) {
    for (const dialect of ['rest', 'ssojet'] as const) {
      it(`${dialect}: a whole way through says nothing to other scripts, the console or a store`, async () => {
        await using _authenticator = await addVirtualAuthenticator();
        const before = await kept();
        const said = watchConsole();
        const events = new PasskeyEvents();
        const prompts = watchPrompts();
        const tokens: TokenResult[] = [];
        const settings =
          dialect === 'rest'
            ? { backend: 'rest', base: baseUrls.rest }
            : { backend: 'ssojet', base: baseUrls.ssojet };
        const receive = (result: TokenResult) => tokens.push(result);
        const login = await place(
          html`<passkey-login
            lang="en"
            backend=${settings.backend}
            base-url=${settings.base}
            client-id="demo"
            no-autofill
            .receiveTokens=${receive}
          ></passkey-login>`,
        );
        type(login.field('E-mail address'), canary);
        login.button('Continue').click();
        (await eventually(() => login.button(/^E-mail me a code/))).click();
        const code = await eventually(() => login.field('Code'));
        type(code, '000000');
        submit(code);
        await eventually(() => expect(login.alert).not.to.equal(''));
        type(login.field('Code'), site.codeFor(canary)!);
        submit(login.field('Code'));
        // SSOJet wants an authenticator of this device, which Firefox's virtual one is not.
        const creates = dialect === 'rest' || 'userAgentData' in navigator;
        (await eventually(() => login.button(creates ? 'Create a passkey' : 'Not now'))).click();
        await eventually(() => expect(login.headings).to.deep.equal(['You are signed in.']));
        await login.element.signOut();
        if (creates) expect(await login.element.signIn(canary)).to.equal(true);
        const accessTokens = tokens.flatMap((one) =>
          one.kind === 'tokens' ? one.accessToken : [],
        );
        const manager = await place<PasskeyManager>(
          html`<passkey-manager
            lang="en"
            backend=${settings.backend}
            base-url=${settings.base}
            client-id="demo"
            .accessToken=${accessTokens.at(-1)}
          ></passkey-manager>`,
        );
        await eventually(() => expect(manager.status).not.to.contain('Loading'));
        await manager.element.refresh();

        const heard = events.all.map(everythingIn).join('\n');
        const challenges = prompts.map(({ options }) =>
          btoa(
            String.fromCharCode(...new Uint8Array(options.publicKey!.challenge as ArrayBuffer)),
          ).slice(0, 20),
        );
        const secrets = [
          ...(await secretsOnTheWire()),
          ...challenges,
          ...site.cookies.values(),
          ...accessTokens,
        ];
        expect(secrets.length, 'there were secrets').to.be.greaterThan(2);
        expect(events.names).to.include('passkey-signed-in');
        for (const secret of [
          canary,
          encodeURIComponent(canary),
          site.codeFor(canary)!,
          ...secrets,
        ]) {
          expect(heard).not.to.contain(secret);
          expect(said.join('\n')).not.to.contain(secret);
          expect(location.href).not.to.contain(secret);
        }
        expect(said).to.deep.equal([]);
        expect(await kept()).to.deep.equal(before);
        for (const element of [login, manager]) {
          const markup = element.element.outerHTML + element.element.shadowRoot!.innerHTML;
          for (const secret of [...challenges, ...site.cookies.values()]) {
            expect(markup).not.to.contain(secret);
          }
        }
      });
    }
  }

  it('a refused request tells the page a code, and no part of itself', async () => {
    const said = watchConsole();
    const view = await place(
      html`<passkey-login lang="en" backend="rest" no-autofill></passkey-login>`,
    );
    const events = new PasskeyEvents();
    site.intercept('/codes/send', () =>
      Response.json(
        { error: { code: 'invalid-input', message: `no such ${canary}` } },
        { status: 400 },
      ),
    );
    type(view.field('E-mail address'), canary);
    view.button('Continue').click();
    if (hasVirtualAuthenticators) {
      (await eventually(() => view.button(/^E-mail me a code/))).click();
    }
    await eventually(() => expect(events.errors).to.deep.equal(['invalid-input']));
    expect(events.all.map(everythingIn).join()).not.to.contain('canary');
    expect(view.alert).not.to.contain('canary');
    expect(said).to.deep.equal([]);
  });
});
