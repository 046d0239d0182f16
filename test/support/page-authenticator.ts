import type { CDPSession, Page } from '@playwright/test';
import type { VirtualAuthenticatorOptions } from './virtual-authenticator.ts';

type Credentials = Awaited<ReturnType<typeof readCredentials>>;

/** Adds an authenticator to one tab; it survives reloads, but other tabs do not have it. */
export async function addPageAuthenticator(
  page: Page,
  options: VirtualAuthenticatorOptions = {},
): Promise<PageAuthenticator> {
  const devtools = await devtoolsOf(page);
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return new PageAuthenticator(devtools, authenticatorId);
}

/** One authenticator of a tab. Binary values are base64. */
export class PageAuthenticator {
  readonly #devtools: CDPSession;
  readonly #id: string;

  constructor(devtools: CDPSession, id: string) {
    this.#devtools = devtools;
    this.#id = id;
  }

  credentials(): Promise<Credentials> {
    return readCredentials(this.#devtools, this.#id);
  }

  /** Stores a passkey read from another authenticator, private key included. */
  async addCredential(credential: Credentials[number]): Promise<void> {
    await this.#devtools.send('WebAuthn.addCredential', { authenticatorId: this.#id, credential });
  }

  async removeCredential(credentialId: string): Promise<void> {
    const params = { authenticatorId: this.#id, credentialId };
    await this.#devtools.send('WebAuthn.removeCredential', params);
  }

  async clear(): Promise<void> {
    await this.#devtools.send('WebAuthn.clearCredentials', { authenticatorId: this.#id });
  }

  /** Whether the person passes user verification from now on. */
  async setUserVerified(isUserVerified: boolean): Promise<void> {
    const params = { authenticatorId: this.#id, isUserVerified };
    await this.#devtools.send('WebAuthn.setUserVerified', params);
  }

  /** Whether the person consents from now on. A request that waits already is not woken by it. */
  async setPresence(enabled: boolean): Promise<void> {
    const params = { authenticatorId: this.#id, enabled };
    await this.#devtools.send('WebAuthn.setAutomaticPresenceSimulation', params);
  }

  async remove(): Promise<void> {
    await this.#devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#id });
  }
}

// Detaching a DevTools session removes its authenticators, so each tab keeps one.
const sessions = new WeakMap<Page, Promise<CDPSession>>();

function devtoolsOf(page: Page): Promise<CDPSession> {
  const known = sessions.get(page) ?? openDevtools(page);
  sessions.set(page, known);
  return known;
}

async function openDevtools(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  return devtools;
}

async function readCredentials(devtools: CDPSession, authenticatorId: string) {
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
  return credentials;
}
