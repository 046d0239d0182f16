import { expect, html } from '@open-wc/testing';
import fc from 'fast-check';
import type { PasskeyManager } from '../../src/define.js';
import { PasskeyError } from '../../src/core/errors.js';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { eventually, settle, submit, type, type View } from '../support/view.ts';

/** A backend that answers when it is told to, in any order; what it was asked has happened before. */
class SlowBackend extends OwnBackend {
  slow = false;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    super([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
      { id: 'c', name: 'C' },
    ]);
    const { list, rename, remove } = this.passkeys!;
    const later = async <T>(answer: Promise<T>): Promise<T> => {
      if (this.slow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return answer;
    };
    this.passkeys = {
      list: (signal) => later(list!(signal)),
      rename: (request, signal) => {
        const refused = request.name.startsWith('No');
        const answer = refused
          ? Promise.reject(new PasskeyError('server-error', 'canary'))
          : rename!(request, signal);
        answer.catch(() => undefined);
        return later(answer);
      },
      remove: (request, signal) => later(remove!(request, signal)),
    };
  }

  /** Gives one of the answers it owes; `false` where it owes none. */
  answer(which: number): boolean {
    const [resolve] = this.#waiting.splice(which % Math.max(1, this.#waiting.length), 1);
    resolve?.();
    return resolve !== undefined;
  }
}

type Step =
  | { readonly do: 'rename'; readonly id: string; readonly name: string }
  | { readonly do: 'remove'; readonly id: string }
  | { readonly do: 'refresh' }
  | { readonly do: 'answer'; readonly which: number };

const id = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('rename' as const),
      id,
      name: fc.constantFrom('One', 'Two', 'Three', 'No 1', 'No 2'),
    }),
    fc.record({ do: fc.constant('remove' as const), id }),
    fc.record({ do: fc.constant('refresh' as const) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat(5) }),
  ),
  { minLength: 1, maxLength: 8 },
);

/** Two of one name, which a refused rename can bring about, are numbered on screen. */
const withoutNumber = (name: string): string => name.replace(/ \(\d\)$/, '');

/** Does a step; `wanted` learns the last name that somebody gave each passkey. */
async function take(
  step: Step,
  view: View<PasskeyManager>,
  backend: SlowBackend,
  wanted: Map<string, string>,
): Promise<void> {
  if (step.do === 'refresh') return void view.element.refresh();
  if (step.do === 'answer') return void backend.answer(step.which);
  const row = view.rows.find(({ element }) => element.dataset['id'] === step.id);
  const control = row?.all<HTMLButtonElement>(`[data-action=${step.do}]`)[0];
  if (!row || !control) return; // it is gone, or its name is being typed
  control.click();
  if (step.do === 'remove') {
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    dialog.button('Remove').click();
  } else {
    const field = await eventually(() => row.field('Name of the passkey'));
    type(field, step.name);
    submit(field);
    await settle();
    if (row.all('#name-fault:not(:empty)').length > 0)
      row.button('Cancel').click(); // the name is taken
    else if (!step.name.startsWith('No')) wanted.set(step.id, step.name);
  }
}

describe('answers in any order', () => {
  it('of two names for one passkey, the earlier does not come back when it is answered', async () => {
    const backend = new SlowBackend();
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(3));
    backend.slow = true;
    for (const name of ['One', 'Two']) {
      await take({ do: 'rename', id: 'a', name }, view, backend, new Map());
      await settle();
    }
    for (let answered = 0; answered < 2; answered++) {
      expect(view.rows[0]!.name).to.equal('Two');
      expect(backend.answer(0)).to.equal(true);
      await settle();
    }
    await eventually(() => expect(backend.records[0]!.name).to.equal('Two'));
    expect(view.rows[0]!.name).to.equal('Two');
  });

  it('in the end the list is what the backend has, and every change was told once', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(5), { maxLength: 20 }), async (taken, order) => {
        const backend = new SlowBackend();
        const view = await place<PasskeyManager>(
          html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
        );
        await eventually(() => expect(view.rows).to.have.length(3));
        const events = new PasskeyEvents();
        backend.slow = true;
        const wanted = new Map(backend.records.map(({ id, name }) => [id, name ?? '']));
        for (const step of taken) {
          await take(step, view, backend, wanted);
          await settle();
        }
        for (const which of order) {
          backend.answer(which);
          await settle();
        }
        await eventually(async () => {
          while (backend.answer(0)) await settle();
          for (const cancel of view.all('.rename [type=button]')) cancel.click();
          await settle();
          const shown = view.rows.map(({ element }) => element.dataset['id']);
          expect(shown).to.deep.equal(backend.records.map(({ id }) => id));
          expect(view.rows.map(({ name }) => withoutNumber(name)).sort()).to.deep.equal(
            backend.records.map(({ name }) => name).sort(),
          );
        });
        for (const { id, name } of backend.records)
          expect(name, 'the later name stays').to.equal(wanted.get(id));
        const renames = backend.requests.filter((request) => (request as { name?: string })?.name);
        expect(events.of('passkey-renamed')).to.have.length(renames.length);
        view.element.remove();
      }),
      { numRuns: 40, includeErrorInReport: true },
    );
  });
});
