import type {
  PasskeyBackend,
  PasskeyList,
  RegistrationChallenge,
  SignInRequest,
  SignInResult,
} from '../../src/core/backend.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import { toPasskey, type Passkey, type PasskeyFields } from '../../src/core/passkey.js';
import { creationOptions, requestOptions } from '../core/stand-ins.ts';

/** A site's own backend, in the hands of a test: it notes each call, and any answer can be replaced. */
export class OwnBackend implements PasskeyBackend {
  readonly name = 'own';
  traits: PasskeyBackend['traits'] = { maxNameLength: 64, signals: true };
  /** Names of the operations called, in order. */
  readonly calls: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly requests: unknown[] = [];
  /** What `list` gives. */
  records: Passkey[];
  complete = true;
  #answers = new Map<string, (request: never, signal: AbortSignal) => unknown>();

  constructor(records: readonly PasskeyFields[] = []) {
    this.records = records.map((record) => toPasskey(record)!);
  }

  /** Answers an operation otherwise from now on. */
  on<Request = never>(
    name: string,
    answer: (request: Request, signal: AbortSignal) => unknown,
  ): this {
    this.#answers.set(name, answer);
    return this;
  }

  /** Fails an operation from now on. */
  fail(name: string, code: PasskeyErrorCode, retryAt?: Date): this {
    return this.on(name, () =>
      Promise.reject(new PasskeyError(code, `canary of ${name}`, { retryAt })),
    );
  }

  /** Answers an operation as usual again. */
  heal(name: string): this {
    this.#answers.delete(name);
    return this;
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** The challenges handed out are all different. */
  challenges = 0;

  status?: PasskeyBackend['status'];

  signIn: PasskeyBackend['signIn'] = {
    begin: (request: SignInRequest, signal) =>
      this.#do('signIn.begin', request, signal, () => ({
        options: {
          ...requestOptions,
          challenge: `AQI${'ABCDEFGHIJKLMNOP'[this.challenges++ % 16]}`,
        },
      })),
    finish: (answer, signal) =>
      this.#do<SignInResult>('signIn.finish', answer, signal, () => ({ kind: 'session' })),
  };

  registration: PasskeyBackend['registration'] = {
    begin: (request, signal) =>
      this.#do<RegistrationChallenge>('registration.begin', request, signal, () => ({
        options: creationOptions,
      })),
    finish: (answer, signal) =>
      this.#do('registration.finish', answer, signal, () => {
        const passkey = toPasskey({ id: 'new', credentialId: 'bmV3', createdAt: new Date() })!;
        this.records = [...this.records, passkey];
        return { passkey };
      }),
  };

  handoff?: PasskeyBackend['handoff'];

  codes: PasskeyBackend['codes'] = {
    send: (request, signal) => this.#do('codes.send', request, signal, () => ({ handle: 'h' })),
    verify: (request, signal) =>
      this.#do<SignInResult>('codes.verify', request, signal, () => ({ kind: 'session' })),
  };

  passkeys: PasskeyBackend['passkeys'] = {
    list: (signal) =>
      this.#do<PasskeyList>('list', undefined, signal, () => ({
        passkeys: this.records,
        complete: this.complete,
        rpId: 'localhost',
        userHandle: 'dXNlcg',
      })),
    rename: (request, signal) =>
      this.#do('rename', request, signal, () => {
        this.#change(request.id, (record) => ({ ...record, name: request.name }));
        return this.records.find(({ id }) => id === request.id);
      }),
    remove: (request, signal) =>
      this.#do('remove', request, signal, () => {
        this.records = this.records.filter(({ id }) => id !== request.id);
      }),
  };

  /** One more operation, of that name; it has no answer of its own. */
  operation(name: string) {
    return (request: unknown, signal: AbortSignal) =>
      this.#do(name, request, signal, () => undefined);
  }

  #change(id: string, change: (record: Passkey) => Passkey): void {
    this.records = this.records.map((record) => (record.id === id ? change(record) : record));
  }

  async #do<Result>(
    name: string,
    request: unknown,
    signal: AbortSignal,
    usual: () => Result,
  ): Promise<Result> {
    this.calls.push(name);
    this.requests.push(request);
    this.signals.push(signal);
    const answer = this.#answers.get(name);
    return (answer ? await answer(request as never, signal) : usual()) as Result;
  }
}

/** An answer that a test gives when it likes. */
export class Held<T> {
  readonly #promise = Promise.withResolvers<T>();
  readonly answer = (): Promise<T> => this.#promise.promise;
  readonly release = (value: T): void => this.#promise.resolve(value);
  readonly fail = (reason: Error): void => this.#promise.reject(reason);
}
