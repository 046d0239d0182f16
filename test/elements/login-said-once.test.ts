import { expect, html } from '@open-wc/testing';
import { answerWith, assertion } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle } from '../support/view.ts';

describe('what a screen reader says of the first fault in <passkey-login>', () => {
  for (const time of ['first', 'second'])
    it(`is one sentence, the ${time} time`, async () => {
      answerWith('get', async () => assertion());
      const backend = new OwnBackend().fail('signIn.finish', 'verification-failed');
      const view = await place(
        html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`,
      );
      const alerts: string[] = [];
      const look = () => view.alert && alerts.at(-1) !== view.alert && alerts.push(view.alert);
      const observer = new MutationObserver(look);
      observer.observe(view.region('alert'), {
        childList: true,
        characterData: true,
        subtree: true,
      });
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(view.alert).to.match(/^The passkey could not be verified/));
      await settle();
      observer.disconnect();
      expect(alerts).to.have.length(1);
    });
});
