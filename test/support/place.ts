import { fixtureSync } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import '../../src/define.js';
import { View } from './view.ts';

/** Puts an element into the page and waits until it knows its backend, or why it has none. */
export async function place<E extends HTMLElement = PasskeyLogin>(
  template: TemplateResult,
): Promise<View<E>> {
  const known = Promise.withResolvers<void>();
  const { resolve } = known;
  document.addEventListener('passkey-ready', () => resolve(), { once: true });
  const onError = ({ detail }: GlobalEventHandlersEventMap['passkey-error']) => {
    if (detail.code === 'invalid-config') resolve();
  };
  document.addEventListener('passkey-error', onError);
  const root = fixtureSync<HTMLElement>(template); // `fixture` waits for a frame, and WebKit draws none in a background tab
  await known.promise;
  document.removeEventListener('passkey-error', onError);
  const selector = 'passkey-login, passkey-manager';
  const element = root.matches(selector) ? root : root.querySelector<HTMLElement>(selector)!;
  await (element as unknown as PasskeyLogin | PasskeyManager).updateComplete;
  return new View(element as E);
}
