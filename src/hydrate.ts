import { ReactiveElement } from 'lit';
import { PasskeyElement } from './elements/passkey-element.js';

/*
 * Elements take over the shadow root that a server has rendered, whatever Lit's own hydration would
 * do: the server knows neither the browser nor the language of the person, and Lit takes its word
 * for both. Old nodes go and new ones come within one task, so nobody sees it. Import it first.
 */
Object.assign(PasskeyElement.prototype, {
  createRenderRoot(this: PasskeyElement): HTMLElement | DocumentFragment {
    this.shadowRoot?.replaceChildren();
    return plain.createRenderRoot.call(this);
  },
});

const plain = ReactiveElement.prototype as unknown as {
  createRenderRoot(): HTMLElement | DocumentFragment;
};
