import { PasskeyBeforeEvent, PasskeyEvent } from './events.js';

/* What happens to passkeys; the code of whoever does it brings these along. */

/** A passkey is about to be created. */
export class PasskeyBeforeRegisterEvent extends PasskeyBeforeEvent<Record<string, never>> {
  constructor() {
    super('passkey-before-register', {});
  }
}

/** A passkey is about to get another name, which is on screen already. */
export class PasskeyBeforeRenameEvent extends PasskeyBeforeEvent<{
  readonly id: string;
  /** What the person wants to call it. */
  readonly name: string;
}> {
  constructor(id: string, name: string) {
    super('passkey-before-rename', { id, name });
  }
}

/** A passkey is about to be removed; the person has confirmed it. */
export class PasskeyBeforeRemoveEvent extends PasskeyBeforeEvent<{ readonly id: string }> {
  constructor(id: string) {
    super('passkey-before-remove', { id });
  }
}

/** A passkey was created and the backend keeps it. */
export class PasskeyRegisteredEvent extends PasskeyEvent<{
  /** The backend's handle of the new passkey, where it says so. */
  readonly id?: string;
}> {
  constructor(id?: string) {
    super('passkey-registered', { id });
  }
}

/** A passkey got another name. */
export class PasskeyRenamedEvent extends PasskeyEvent<{ readonly id: string }> {
  constructor(id: string) {
    super('passkey-renamed', { id });
  }
}

/** A passkey that had just been removed is back. */
export class PasskeyRestoredEvent extends PasskeyEvent<{ readonly id: string }> {
  constructor(id: string) {
    super('passkey-restored', { id });
  }
}

/** A passkey was removed. */
export class PasskeyRemovedEvent extends PasskeyEvent<{ readonly id: string }> {
  constructor(id: string) {
    super('passkey-removed', { id });
  }
}
