import { decide, type Core, type SignedIn } from '../../../demo/server/core/core.ts';
import { ensureUser } from '../../../demo/server/core/credentials.ts';
import { createOriginCheck } from '../../../demo/server/core/origins.ts';
import { startSession, type SessionKind } from '../../../demo/server/core/sessions.ts';
import type { Database } from '../../../demo/server/database.ts';

/** What an emulator stands on: the reference core, which verifies every passkey for real. */
export function createCore(setup: {
  readonly store: Database;
  readonly origins: readonly string[];
  readonly now?: () => Date;
}): Core {
  return {
    database: setup.store,
    rpId: 'localhost',
    rpName: 'Emulator',
    originAllowed: createOriginCheck(setup.origins),
    revealAccounts: false,
    allowLastPasskeyRemoval: true,
    sendCode: () => undefined,
    now: setup.now ?? (() => new Date()),
    log: () => undefined,
  };
}

/** Signs somebody in without a passkey, as their password would; a newcomer gets an account. */
export const signInAs = (
  core: Core,
  identifier: string,
  session: SessionKind & { readonly replaces?: string },
): Promise<SignedIn> =>
  decide(core, async (work) =>
    startSession(core, work, await ensureUser(core, work, identifier), session),
  );

/** A refusal in the words of the emulated server. */
export class Fault extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 422;
  readonly code: string;

  constructor(status: Fault['status'], code: string, message = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
