import type { Ceremony } from '../core/ceremonies.js';
import { exclusively } from '../core/coordinator.js';
import { toPasskeyError, unreachable } from '../core/errors.js';
import type { Passkey } from '../core/passkey.js';
import type { AroundList } from './around-list.js';
import type { Change, ManagerHost, ManagerPart, ManagerPartClass } from './manager-part.js';
import type { Removal } from './removal.js';

const modules = {
  add: async () => (await import('./adding.js')).add,
  rename: async () => (await import('./renaming.js')).Renaming,
  remove: async () => (await import('./removal.js')).Removal,
  around: async () => (await import('./around-list.js')).AroundList,
  offer: async () => (await import('./add-offer.js')).AddOffer,
  details: async () => (await import('./details.js')).Details,
};

type Name = Exclude<keyof typeof modules, 'add'>;
type Open = { [name in Name]?: ManagerPart } & { around?: AroundList; remove?: Removal };

/** What somebody may do with the list: each is a module that loads when they are about to. */
export class ManagerParts {
  /** What has been opened since the backend is this one. */
  open: Open = {};
  readonly #host: ManagerHost;

  constructor(host: ManagerHost) {
    this.#host = host;
  }

  /** Somebody comes near: what they may want is loaded, so that no click has to wait for it. */
  readonly prepare = (): void => {
    if (!this.#host.list.current) return;
    for (const load of Object.values(modules)) load().catch(() => undefined); // the click will tell
  };

  async add(ceremony: Ceremony): Promise<Change> {
    const backend = await this.#host.element['source'].whenReady();
    // The page's one prompt is ours from the click on, not only once the module is here.
    const add = await exclusively('modal', ceremony.signal, () => modules.add().catch(unreachable));
    return add(this.#host, backend, ceremony);
  }

  /** Opens the form, the dialog or the details for a passkey; `around` is for the whole list. */
  async begin(name: Name, ...passkeys: Passkey[]): Promise<void> {
    const { signal } = this.#host.list.life;
    if (name !== 'around') this.#host.say();
    try {
      const Part: ManagerPartClass = await modules[name]().catch(unreachable);
      const backend = await this.#host.element['source'].whenReady();
      if (signal.aborted) return;
      const { adoptedStyleSheets: known } = this.#host.element.renderRoot as ShadowRoot;
      if (!known.includes(Part.styles.styleSheet!)) known.push(Part.styles.styleSheet!);
      const open: { [name in Name]?: ManagerPart } = this.open;
      (open[name] ??= new Part(this.#host, backend)).begin(...passkeys);
    } catch (cause) {
      this.#host.fail(await toPasskeyError(cause));
    }
  }

  /** Closes what is open. */
  close(): void {
    this.open = {};
  }
}
