import { describeModel } from '../support/login-model.ts';

describe('whatever happens to <passkey-login>, in whatever order', () => {
  describeModel({ stubborn: false });
});
