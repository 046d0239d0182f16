import type { ReactiveController } from 'lit';
import type { PasskeyBackend, PasskeyList } from '../core/backend.js';
import { toPasskeyError, type PasskeyError } from '../core/errors.js';
import { lastModal } from '../core/coordinator.js';
import { listPasskeys } from '../core/management.js';
import type { Passkey } from '../core/passkey.js';
import type { AccountName } from '../core/webauthn-accepted.js';
import type { PasskeyManager } from './passkey-manager.js';
import type { Recognition } from './recognition.js';

/** Keeps the person's passkeys as the backend last told them, and the names of their providers. */
export class ListController implements ReactiveController {
  /** The list, once it has been read. */
  current: Awaited<ReturnType<typeof listPasskeys>> | undefined;
  reading = false;
  /** Why the last reading failed. */
  error: PasskeyError | undefined;
  /** How many rows there are at first. */
  readonly firstRows = 50;
  /** Ends what is about this list when its element goes, or when another backend or person comes. */
  life = new AbortController();
  /** Who may bring something back: the authenticator is told of no list meanwhile. */
  held: unknown;
  readonly #host: PasskeyManager;
  /** What a passkey is called that nobody has named. */
  readonly #unnamed: () => string;
  /** Counts the reads: only the last one is heard. */
  #turn = 0;
  /** Until the first time, which comes by itself, there is nothing to read again. */
  #readAt = Infinity;
  #recognition: Recognition | undefined;

  constructor(host: PasskeyManager, unnamed: () => string) {
    this.#host = host;
    this.#unnamed = unnamed;
    host.addController(this);
  }

  /**
   * Reads the list again and tells the authenticator, unless a passkey has come into being since
   * `before`. Gives what went wrong, or `null` where nobody waits for this answer any more.
   */
  async read(
    backend: PasskeyBackend,
    before = lastModal(),
  ): Promise<PasskeyError | null | undefined> {
    const { signal } = this.life;
    const turn = ++this.#turn;
    this.#readAt = Date.now();
    this.reading = true;
    this.#host.requestUpdate();
    try {
      const list = await listPasskeys(backend, signal);
      if (turn !== this.#turn) return null;
      if (this.current && this.current.userHandle !== list.userHandle) this.clear(); // somebody else's
      this.current = list;
      this.error = undefined;
      void this.#recognise(backend, list, before);
    } catch (cause) {
      const error = await toPasskeyError(cause);
      if (turn !== this.#turn || signal.aborted) return null;
      if (error.code === 'unauthorized') this.clear(); // somebody else may be looking
      return (this.error = error);
    } finally {
      if (turn === this.#turn) this.reading = false;
      this.#host.requestUpdate();
    }
    return undefined;
  }

  /** Puts a changed record in the place of the old one. */
  replace(changed: Passkey): void {
    this.#change(changed.id, changed);
  }

  /** Drops a record. */
  drop(id: string): void {
    this.#change(id);
  }

  /** Forgets everything: another backend, or whoever was signed in is no longer. */
  clear(): void {
    this.life.abort();
    this.life = new AbortController();
    this.#turn++;
    this.current = this.held = undefined;
    this.reading = false;
  }

  /** Whether there is something to search and to sort. */
  get isLong(): boolean {
    return this.passkeys.length > 9;
  }

  get passkeys(): readonly Passkey[] {
    return this.current?.passkeys ?? [];
  }

  /** What a passkey is called, by the person, by its provider or by its account, or in general. */
  nameOf(passkey: Passkey): string {
    return shown(passkey.name ?? this.providerOf(passkey) ?? passkey.username) ?? this.#unnamed();
  }

  /** Where a passkey is kept: by the backend's word, else by its AAGUID. */
  providerOf({ provider, aaguid }: Passkey): string | undefined {
    return shown(provider?.name ?? (aaguid && this.#recognition?.providerOf(aaguid)));
  }

  /** Which of those that are called the same, by age: 1, 2, … */
  numberOf(passkey: Passkey): number | undefined {
    return this.#recognition?.numberOf(passkey, this.passkeys);
  }

  /** Whether it is known to have been made on this device. */
  isHere(passkey: Passkey): boolean | undefined {
    return this.#recognition?.isHere(passkey);
  }

  /** Tells the authenticator what the account is called now. */
  async tellName(backend: PasskeyBackend | undefined, account: AccountName): Promise<void> {
    await (await load())?.signalAccountName(backend, this.current, account);
  }

  hostConnected(): void {
    for (const name of elsewhere) addEventListener(name, this.#onElsewhere);
    if (!this.life.signal.aborted) return;
    this.clear();
    void this.#host.refresh();
  }

  hostDisconnected(): void {
    for (const name of elsewhere) removeEventListener(name, this.#onElsewhere);
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.life.abort();
    });
  }

  /**
   * A `<passkey-login>` on the same page changed who is signed in, or what they have; or somebody comes
   * back to the page, and may have done that elsewhere: then once a minute is enough.
   */
  readonly #onElsewhere = (event: Event): void => {
    if (event.composedPath()[0] === this.#host) return; // `target` is the outermost shadow host
    const now = Date.now();
    if (now - this.#readAt < (event.type === 'focus' ? 60_000 : 0)) return;
    this.#readAt = now;
    void this.#host.refresh();
  };

  #change(id: string, ...changed: readonly Passkey[]): void {
    const passkeys = this.passkeys.flatMap((one) => (one.id === id ? changed : one));
    if (this.current) this.current = { ...this.current, passkeys };
    this.#host.requestUpdate();
  }

  async #recognise(backend: PasskeyBackend, list: PasskeyList, before: unknown): Promise<void> {
    const module = await load();
    if (!module) return;
    const old = this.current !== list || this.held || this.life.signal.aborted;
    // A list that was read while a passkey came into being may lack it.
    if (!old && lastModal() === before) void module.signalList(backend, list);
    this.#recognition = await module.recognise(list.passkeys, this, this.#recognition);
    this.#host.requestUpdate();
  }
}

const load = () => import('./recognition.js').catch(() => undefined);
const elsewhere = ['passkey-signed-in', 'passkey-registered', 'focus', 'hashchange'] as const;

/** A name fit for one line: cut, and without characters that would turn the text around it. One that nobody would see is none. */
function shown(name: string | null | undefined): string | undefined {
  return (
    (name ?? '')
      .replace(/^[\p{Cc}\p{Cf}\p{Z}]+$|[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
      .trim()
      .replace(/^(.{100}).+/su, '$1…') || undefined
  );
}
