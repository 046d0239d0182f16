import { describeModel } from '../support/login-model.ts';

describe('whatever happens to <passkey-login>, even if prompts ignore that they are aborted', () => {
  describeModel({ stubborn: true });
});
