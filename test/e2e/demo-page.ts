import { expect, type Locator, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import type { PageAuthenticator } from '../support/page-authenticator.ts';

/** The dialects of the server; every test of the demo page runs over both. */
export const dialects = ['ssojet', 'rest'] as const;

export type Dialect = (typeof dialects)[number];

/** An address nobody has used before. */
export const newcomer = (): string => `p-${randomUUID()}@example.com`;

/** The demo page as a visitor sees it. */
export class DemoPage {
  readonly page: Page;
  readonly dialect: Dialect;
  readonly login: Locator;
  readonly manager: Locator;

  constructor(page: Page, dialect: Dialect) {
    this.page = page;
    this.dialect = dialect;
    this.login = page.locator('passkey-login');
    this.manager = page.locator('passkey-manager');
  }

  get identifier(): Locator {
    return this.login.getByLabel('E-mail address');
  }

  get code(): Locator {
    return this.login.getByLabel('Code');
  }

  get rows(): Locator {
    return this.manager.getByRole('listitem');
  }

  get account(): Locator {
    return this.page.locator('.account');
  }

  /** The button in `<passkey-login>` with this name. */
  button(name: string): Locator {
    return this.login.getByRole('button', { name });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/?backend=${this.dialect}${query}`);
    await expect(this.login.or(this.manager).first()).toBeVisible();
  }

  /** From the first screen to the one that asks for the code. */
  async askForCode(identifier: string): Promise<void> {
    await this.identifier.fill(identifier);
    await this.button('Continue').click();
    await this.button('E-mail me a code').click();
    await expect(this.code).toBeVisible();
  }

  /** The code that a server in development shows on the page. */
  async lastCode(): Promise<string> {
    const output = this.page.locator('.mail b');
    await expect(output).toHaveText(/^\d{6}$/);
    return output.innerText();
  }

  /** From the first screen to the offer of a passkey. */
  async proveAddress(identifier: string): Promise<void> {
    await this.askForCode(identifier);
    await this.code.fill(await this.lastCode());
    await this.button('Continue').click();
    await expect(this.button('Create a passkey')).toBeVisible();
  }

  /** A new account with one passkey, signed in. The authenticator is left without presence. */
  async signUp(identifier: string, authenticator: PageAuthenticator): Promise<void> {
    await this.proveAddress(identifier);
    await authenticator.setPresence(true);
    await this.button('Create a passkey').click();
    await this.expectSignedIn(identifier);
    await expect(this.rows).toHaveCount(1);
    await authenticator.setPresence(false);
  }

  async signOut(): Promise<void> {
    await this.account.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.account).toBeHidden();
    await expect(this.button('Sign in with a passkey')).toBeVisible();
  }

  async expectSignedIn(identifier: string): Promise<void> {
    await expect(this.account).toContainText(identifier);
    await expect(this.manager).toBeVisible();
  }

  /** Somebody else's passkey: a new account, signed out again. Its copy stays in the authenticator. */
  async signUpAndOut(identifier: string, authenticator: PageAuthenticator): Promise<void> {
    await this.signUp(identifier, authenticator);
    await this.signOut();
  }
}
