import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { traitsOf } from '../core/backend.js';
import { hint, type PasskeyErrorCode } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { obstacle } from '../core/webauthn.js';
import {
  hidesPolicy,
  isFramed,
  isInApp,
  isNumeric,
  isReplaced,
} from '../core/webauthn-surroundings.js';
import { coachWords } from '../i18n/en/coach.js';
import { coachStyles } from './coach.styles.js';
import { button } from './parts/button.js';
import type { Message } from './parts/message.js';
import type { PasskeyLogin } from './passkey-login.js';
import { readMore, warn } from './warn.js';

/** What went wrong; `overdue` is a prompt that nobody has answered for a while. */
interface Hitch {
  readonly code: PasskeyErrorCode | 'overdue';
  readonly cause?: unknown;
}

type Words = typeof coachWords;
type Step = 'browser' | 'window' | 'secure' | 'copy' | 'reload' | 'others';

interface Situation {
  is(hitch: Hitch): boolean;
  /** Absent where the usual words for the error say it. */
  readonly words?: { [Key in keyof Words]: Words[Key] extends string ? Key : never }[keyof Words];
  readonly steps: readonly Step[];
  readonly hint: string;
}

/** The first that fits. Missing autofill is not among them: it says nothing about passkeys. */
const situations: readonly Situation[] = [
  {
    is: ({ code }) => code === 'insecure-context',
    words: 'insecure',
    steps: ['secure', 'others'],
    hint: hint`Serve this page by https; http works on localhost only.`,
  },
  {
    is: ({ code }) => code === 'rp-mismatch' && isNumeric(),
    words: 'numericAddress',
    steps: ['others'],
    hint: hint`An IP address is no RP ID. Use a host name; while developing, localhost.`,
  },
  {
    is: ({ code }) => code === 'rp-mismatch',
    words: 'otherAddress',
    steps: ['others'],
    hint: hint`The backend's RP ID must be ${globalThis.location?.hostname} or a parent domain of it.`,
  },
  {
    is: ({ code }) => unusable.has(code) && isInApp(),
    words: 'inApp',
    steps: ['browser', 'copy', 'others'],
    hint: hint`This is the web view of an app. It needs WebAuthn switched on for this site.`,
  },
  {
    is: ({ code }) =>
      (code === 'blocked-by-policy' || (code === 'cancelled' && hidesPolicy())) && isFramed(),
    words: 'framed',
    steps: ['window', 'others'],
    hint: hint`The frame needs allow="publickey-credentials-get; publickey-credentials-create".`,
  },
  {
    is: ({ cause }) => (cause as Error | undefined)?.name === 'ConstraintError',
    words: 'screenLock',
    steps: ['others'],
    hint: hint`The authenticator cannot verify the person; userVerification is "required".`,
  },
  {
    is: ({ code }) => code === 'overdue' && isReplaced(),
    words: 'extension',
    steps: ['others'],
    hint: hint`navigator.credentials is not the browser's own; what replaced it has not answered.`,
  },
  {
    is: ({ code }) => code === 'not-loaded',
    steps: ['reload'],
    hint: hint`Keep the files of the last release on the server: pages that are open still ask for them.`,
  },
  {
    is: ({ code }) => ['unsupported', 'unknown-credential', 'blocked-by-policy'].includes(code),
    steps: ['others'],
    hint: '',
  },
];

/** What a web view that cannot use passkeys ends with. */
const unusable = new Set<Hitch['code']>([
  ...(['unsupported', 'cancelled', 'blocked-by-policy', 'unknown', 'overdue'] as const),
]);

/** Failures after which another passkey may help. */
const lost = new Set<Hitch['code']>([
  ...(['cancelled', 'unknown-credential', 'verification-failed', 'not-found'] as const),
]);

/** Knows the places where passkeys do not work, says what to do there, and remembers what failed. */
export class Coach implements ReactiveController {
  /** Somebody could not sign in with their passkey, and has found no way in here since. */
  passkeyFailed = false;
  readonly #element: PasskeyLogin;
  readonly #told = new Set<Situation>();
  /** What has been looked at: one failure counts once. */
  #seen: FlowState | undefined;
  /** How copying the address went. */
  #copied: (() => string) | undefined;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
    for (const mended of ['passkey-signed-in', 'passkey-registered']) {
      element.addEventListener(mended, () => (this.passkeyFailed = false));
    }
    element['adopt'](coachStyles);
    element.requestUpdate();
  }

  hostUpdate(): void {
    const { state } = this.#flow;
    if (state === this.#seen || state.status !== 'failed') return;
    this.#seen = state;
    if (state.activity === 'sign-in' && lost.has(state.error.code)) this.passkeyFailed = true;
  }

  hostUpdated(): void {
    const situation = this.#element.isConnected && this.#situation;
    if (!situation || this.#told.has(situation)) return;
    this.#told.add(situation);
    if (situation.hint)
      warn(hint`<passkey-login>: ${situation.hint} ${readMore('errors.md#' + this.#hitch?.code)}`);
  }

  /** Better words for what is in the way, where there are some. */
  messageOf(state: FlowState): Message | undefined {
    const words = this.#situation?.words; // forgets what was copied where there is none
    if (this.#copied) return { kind: 'note', text: this.#copied() };
    if (!words) return undefined;
    const failed = state.status === 'failed' && state.error.code !== 'cancelled';
    const kind = state.status === 'prompting' ? 'busy' : failed ? 'alert' : 'note';
    return { kind, text: this.#text[words] };
  }

  /** What the person can do next. */
  steps(): TemplateResult | typeof nothing {
    const steps = this.#situation?.steps.map((step) => this.#step(step)) ?? [];
    const shown = [this.#countdown(), ...steps].filter((step) => step !== nothing);
    return shown.length > 0 ? html`<div class="steps">${shown}</div>` : nothing;
  }

  /** Below the alert, not in it: a screen reader would read every second aloud. */
  #countdown(): TemplateResult | typeof nothing {
    const seconds = this.#element['trouble']?.seconds;
    return seconds ? html`<p class="muted">${this.#text.tryAgainIn(seconds)}</p>` : nothing;
  }

  #step(step: Step): TemplateResult | typeof nothing {
    const text = this.#text;
    switch (step) {
      case 'browser':
        return link(text.openInBrowser, browserUrl());
      case 'window':
        return link(text.openWindow, location.href, '_blank');
      case 'secure':
        return link(text.openSecure, secureUrl());
      case 'copy':
        return button(text.copyAddress, { look: 'quiet', onClick: () => this.#copy() });
      case 'reload':
        return button(text.reloadPage, { look: 'quiet', onClick: () => location.reload() });
      case 'others': {
        const target = this.#otherWay;
        return target
          ? button(text.otherWays, { look: 'quiet', onClick: () => target.focus() })
          : nothing;
      }
    }
  }

  /** The site's own ways, else the form where the backend has other ways. */
  get #otherWay(): HTMLElement | undefined {
    const own = this.#element.querySelector<HTMLElement>(
      '[slot="fallback"] :is(a, button, input), :is(a, button, input)[slot="fallback"]',
    );
    if (own && !this.#element.renderRoot.querySelector('.hero')) return own; // else it is not shown
    const backend = this.#element['source'].current;
    const form = backend && (backend.codes || traitsOf(backend).signUp);
    return form && this.#element['screen'] === 'identify' ? this.#element : undefined;
  }

  async #copy(): Promise<void> {
    const { href } = location;
    const copy = async () => navigator.clipboard.writeText(href); // absent without https
    this.#copied = await copy().then(
      () => () => this.#text.addressCopied,
      () => () => this.#text.addressNotCopied(href),
    );
    this.#element.requestUpdate();
  }

  get #situation(): Situation | undefined {
    const hitch = this.#hitch;
    if (!hitch) this.#copied = undefined;
    return hitch && situations.find(({ is }) => is(hitch));
  }

  get #hitch(): Hitch | undefined {
    const { state } = this.#flow;
    if (this.#element['trouble']?.overdue) return { code: 'overdue' };
    if (state.status === 'failed') return state.error;
    const idle = state.status === 'idle' && this.#element['screen'] === 'identify';
    return (idle ? obstacle('get') : undefined) ?? this.#element['source'].error;
  }

  get #flow() {
    return this.#element['flow'];
  }

  get #text(): Words {
    return this.#element['localize'].words(coachWords);
  }
}

function link(text: string, href: string | undefined, target?: string) {
  if (!href) return nothing;
  return html`<a href=${href} target=${target ?? nothing} rel="noopener">${text}</a>`;
}

/** An address that leaves the app: Android's and iOS's (17 and later) own ways. */
function browserUrl(): string | undefined {
  const { href, protocol } = location;
  if (protocol !== 'https:') return undefined;
  if (/Android/.test(navigator.userAgent)) {
    const [address = ''] = href.slice('https://'.length).split('#');
    return `intent://${address}#Intent;scheme=https;end`;
  }
  return /iPhone|iPad|iPod/.test(navigator.userAgent) ? `x-safari-${href}` : undefined;
}

function secureUrl(): string | undefined {
  const { href, protocol } = location;
  return protocol === 'http:' && !isNumeric() ? href.replace('http:', 'https:') : undefined;
}
