import { expect, type Locator, type Page } from '@playwright/test';
import type { PageAuthenticator } from './page-authenticator.ts';
import type { PageWatch } from './watch-page.ts';

/** What a story needs to know of its backend. */
export interface StoryAbilities {
  readonly list: boolean;
  readonly rename: boolean;
  readonly remove: boolean;
  /** The refused request for the list, where somebody who is not signed in sends one: ` 401 …`. */
  readonly refusedList?: RegExp;
  /** The session is the site's, which alone can end it: its cookies go, and the page is read again. */
  readonly siteSession?: boolean;
  /** The list does not say which passkey an entry is, so none is ever forgotten by the authenticator. */
  readonly anonymousList?: boolean;
  /** How a sign-in with a removed passkey is refused: ` 401 …`, and what people are told. */
  readonly removed?: {
    readonly refusal: RegExp;
    readonly code: 'unknown-credential' | 'verification-failed';
  };
}

interface Cast {
  readonly page: Page;
  readonly watch: PageWatch;
  /** Has no presence but where a step needs it, or else waiting autofill would sign in. */
  readonly authenticator: PageAuthenticator;
}

/** What people do on the pages of `serveBackendPage`, one step each, whatever the backend. */
export class BackendStory {
  readonly login: Locator;
  readonly manager: Locator;
  readonly rows: Locator;
  readonly #url: string;
  readonly #can: StoryAbilities;
  readonly #page: Page;
  readonly #watch: PageWatch;
  readonly #authenticator: PageAuthenticator;
  #removed: Copy | undefined;

  constructor(url: string, can: StoryAbilities, { page, watch, authenticator }: Cast) {
    this.#url = url;
    this.#can = can;
    this.#page = page;
    this.#watch = watch;
    this.#authenticator = authenticator;
    this.login = page.locator('passkey-login');
    this.manager = page.locator('passkey-manager');
    this.rows = this.manager.getByRole('listitem');
  }

  /**
   * From `/account`, signed in: adds a passkey, comes back with it by autofill and by button, gives it
   * another name and removes it, after which it signs nobody in. `look` is taken after each sign-in.
   */
  async lifeOfPasskey(look: () => Promise<void> = async () => {}): Promise<void> {
    await this.addPasskey();
    await this.signInByAutofill();
    await look();
    await this.signOut();
    await this.signInByButton();
    await look();
    await expect(this.rows).toHaveCount(1);
    await this.rename('Grüner <b>Laptop</b>');
    await this.remove();
    await this.signInWithRemoved();
  }

  /** Opens a page as somebody who is signed in. */
  async open(path: '/' | '/account'): Promise<void> {
    await this.#page.goto(this.#url + path);
  }

  /** Opens the page as somebody who is not signed in: the manager says so. */
  async openSignedOut(): Promise<void> {
    const { list, refusedList } = this.#can;
    if (list) this.#watch.expectErrors('unauthorized');
    if (refusedList) this.#watch.expectRefusal(refusedList);
    await this.#page.goto(`${this.#url}/`);
    if (list) await expect(this.manager).toContainText('You are not signed in');
  }

  async addPasskey(): Promise<void> {
    const rows = await this.rows.count();
    const events = this.#watch.details('passkey-registered').length;
    await this.#authenticator.setPresence(true);
    if (this.#can.list) await this.button(this.manager, 'Add a passkey').click();
    else await this.manager.evaluate((element: Manager) => element.add());
    await expect(this.manager.getByRole('status')).toHaveText(/Passkey added/);
    if (this.#can.list) await expect(this.rows).toHaveCount(rows + 1);
    expect(this.#watch.details('passkey-registered')).toHaveLength(events + 1);
    await this.#authenticator.setPresence(false);
  }

  /** Ends the session from `/`, or the site's from anywhere, and waits until passkeys are on offer again. */
  async signOut(): Promise<void> {
    if (this.#can.siteSession) await this.#comeBack();
    else await this.login.evaluate((element: Login) => element.signOut());
    await expect(this.button(this.login, 'Sign in with a passkey')).toBeVisible();
    await this.#watch.autofillWaits();
  }

  /** Comes back once the session is over, picks the passkey from the autofill list, and has not clicked anything. */
  async signInByAutofill(): Promise<void> {
    await this.#comeBack();
    await this.#watch.autofillWaits();
    await this.#signIn('autofill', () =>
      this.login.evaluate(async (element: Login) => {
        element.noAutofill = true; // what waits already does not hear of somebody who comes
        await element.updateComplete;
        element.noAutofill = false;
      }),
    );
  }

  /** From `/`, signed out. */
  async signInByButton(): Promise<void> {
    await this.#watch.autofillWaits();
    await this.#signIn('passkey', () => this.button(this.login, 'Sign in with a passkey').click());
  }

  /** Gives the only passkey another name, which is still there when the list is read again. */
  async rename(name: string): Promise<void> {
    if (!this.#can.rename) {
      await expect(this.rows).toHaveCount(1);
      await expect(this.button(this.rows, 'Rename')).toHaveCount(0);
      return;
    }
    const events = this.#watch.details('passkey-renamed').length;
    await this.button(this.rows, 'Rename').click();
    await this.manager.getByLabel('Name of the passkey').fill(name);
    await this.button(this.manager, 'Save').click();
    await expect.poll(() => this.#watch.details('passkey-renamed')).toHaveLength(events + 1);
    await this.manager.evaluate((element: Manager) => element.refresh());
    await expect(this.rows).toContainText(name);
  }

  /** Removes the only passkey from any page; the authenticator forgets it, where it is known which one that is. */
  async remove(): Promise<void> {
    if (!this.#can.remove) {
      await expect(this.rows).toHaveCount(1);
      await expect(this.button(this.rows, 'Remove')).toHaveCount(0);
      return;
    }
    [this.#removed] = await this.#authenticator.credentials();
    await this.button(this.rows, 'Remove').click();
    await this.button(this.manager.getByRole('dialog'), 'Remove').click();
    await expect(this.manager).toContainText('No passkeys yet');
    if (this.#can.anonymousList) return;
    await expect.poll(() => this.#authenticator.credentials()).toEqual([]);
  }

  /** Tries the removed passkey from `/`, signed in or not, as if the authenticator had kept it. */
  async signInWithRemoved(): Promise<void> {
    const { refusal, code } = this.#can.removed!;
    if (!this.#can.anonymousList) await this.#authenticator.addCredential(this.#removed!);
    await this.signOut();
    await this.login.evaluate((element: Login) => {
      element.noAutofill = true; // else it would try again and again
    });
    this.#watch.expectRefusal(refusal);
    this.#watch.expectErrors(code);
    await this.#authenticator.setPresence(true);
    await this.button(this.login, 'Sign in with a passkey').click();
    await expect(this.login.getByRole('alert')).toHaveText(refused[code]);
    const left = code === 'unknown-credential' ? 0 : 1;
    await expect.poll(() => this.#authenticator.credentials()).toHaveLength(left);
    await this.#authenticator.setPresence(false);
  }

  button(parent: Locator, name: string): Locator {
    return parent.getByRole('button', { name });
  }

  async #comeBack(): Promise<void> {
    if (this.#can.siteSession) await this.#page.context().clearCookies();
    await this.openSignedOut();
  }

  async #signIn(method: 'autofill' | 'passkey', act: () => Promise<void>): Promise<void> {
    const events = this.#watch.details('passkey-signed-in').length;
    await this.#authenticator.setPresence(true);
    await act();
    await expect(this.login).toContainText('You are signed in.');
    expect(this.#watch.details('passkey-signed-in')).toHaveLength(events + 1);
    expect(this.#watch.details('passkey-signed-in').at(-1)).toMatchObject({ method });
    await this.#authenticator.setPresence(false);
  }
}

const refused = {
  'unknown-credential': /This passkey was removed/,
  'verification-failed': /could not be verified/,
};

type Copy = Awaited<ReturnType<PageAuthenticator['credentials']>>[number];
type Login = HTMLElementTagNameMap['passkey-login'];
type Manager = HTMLElementTagNameMap['passkey-manager'];
