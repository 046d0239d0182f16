import { Hono } from 'hono';
import type { Core } from '../core/core.ts';
import { sameText } from '../core/encoding.ts';
import { Refusal, toRefusal } from '../core/errors.ts';
import { providerName } from '../core/providers.ts';
import {
  crossOrigin,
  limitTries,
  noStore,
  noteRefusal,
  nothingHere,
  type AppContext,
  type AppEnv,
  type HttpSettings,
} from '../http.ts';
import { readSigningKey } from '../jwt.ts';
import {
  describe,
  handleOf,
  json,
  PasslockRefusal,
  requirePasskey,
  statuses,
} from './passlock-answers.ts';
import { addAuthentication } from './passlock-authentication.ts';
import { addManagement } from './passlock-management.ts';
import { addRegistration } from './passlock-registration.ts';
import { findPasskeys } from './passlock-store.ts';

/** A customer of the vendor: the public id, and the key that its own server keeps. */
export interface Tenancy {
  readonly id: string;
  readonly apiKey: string;
}

/** How the `passlock` dialect is set up. */
export interface PasslockSettings {
  readonly tenancies: readonly Tenancy[];
  /** How many passkeys one page of the list has. */
  readonly pageSize: number;
}

/** Passlock's passkey API in both of its generations; what is under `v2` is the second. */
export function createPasslockDialect(
  core: Core,
  settings: PasslockSettings & HttpSettings,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const status = statuses[refusal.status as keyof typeof statuses] ?? 400;
    const path = c.req.path.replace(/(\/principal\/).+/, '$1*'); // a code in it may still be good
    noteRefusal(core, c, refusal, { dialect: 'passlock', status, path });
    return json(c, describe(refusal), status);
  });

  app.use(noStore);
  // The pages of a customer call what needs no key; what needs one is closed to any page.
  const open = crossOrigin(core, {
    methods: 'GET, POST',
    headers: 'content-type',
    credentials: false,
  });
  for (const path of [
    '/:tenancy/passkey/*',
    '/v2/:tenancy/passkey/*',
    '/v2/:tenancy/passkeys/:change/exchange',
    '/:tenancy/credential/*',
    '/:tenancy/credentials/*',
  ]) {
    app.use(path, (c, next) =>
      c.req.path.endsWith('/authorize') ? next() : open(c, () => fromAllowedOrigin(c, next)),
    );
  }

  /** A page says where it is from; a server that asks on behalf of one need not. */
  async function fromAllowedOrigin(c: AppContext, next: () => Promise<void>): Promise<void> {
    const origin = c.req.header('origin');
    if (origin !== undefined && !core.originAllowed(origin)) {
      throw new Refusal('forbidden', 'This origin is not allowed.', { reason: origin });
    }
    await next();
  }

  function tenancyOf(c: AppContext): Tenancy {
    const id = c.req.param('tenancy');
    const tenancy = settings.tenancies.find((tenancy) => tenancy.id === id);
    if (!tenancy) throw new PasslockRefusal('not-found', 'No such tenancy.', 'InvalidTenancy');
    return tenancy;
  }

  function requireKey(c: AppContext): string {
    const tenancy = tenancyOf(c);
    const [, key = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (!sameText(tenancy.apiKey, key)) throw new Refusal('unauthorized', 'Send the API key.');
    return tenancy.id;
  }

  const access = {
    tenancyOf,
    requireKey,
    limitTries: (c: AppContext) => limitTries(core, c, settings),
  };
  addRegistration(app, core, access);
  addAuthentication(app, core, access);
  addManagement(app, core, access, settings.pageSize);

  for (const version of ['', '/v2']) {
    app.get(`${version}/.well-known/jwks.json`, async (c) => {
      const { publicJwk } = await readSigningKey(core, 'passlock-key');
      return json(c, { keys: [publicJwk] });
    });
  }

  app.get('/:tenancy/credential/:id', async (c) => {
    const passkey = await requirePasskey(core, tenancyOf(c).id, c.req.param('id'));
    return json(c, {
      credentialId: passkey.credential_id,
      userId: handleOf(passkey),
      rpId: passkey.rp_id,
    });
  });

  app.get('/:tenancy/credentials/:ids', async (c) => {
    const passkeys = await findPasskeys(core, tenancyOf(c).id, c.req.param('ids').split(','));
    const [first] = passkeys;
    if (!first || passkeys.some((passkey) => handleOf(passkey) !== handleOf(first)))
      throw new Refusal('not-found', 'Passkey not found');
    return json(c, {
      rpId: first.rp_id,
      userId: handleOf(first),
      allAcceptedCredentialIds: passkeys.map(({ credential_id }) => credential_id),
    });
  });

  app.get('/aaguid/:aaguid/icon.svg', (c) => {
    if (!providerName(c.req.param('aaguid'))) throw new Refusal('not-found', 'No such model.');
    return c.body(icon, 200, { 'Content-Type': 'image/svg+xml' });
  });

  app.all('*', nothingHere);

  return app;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle cx=".5" cy=".5" r=".5"/></svg>';
