import type { Hono } from 'hono';
import * as v from 'valibot';
import type { Core } from '../core/core.ts';
import { isId, newId } from '../core/encoding.ts';
import { Refusal } from '../core/errors.ts';
import { providerName } from '../core/providers.ts';
import { readJson, type AppContext, type AppEnv } from '../http.ts';
import {
  handleOf,
  json,
  PasslockRefusal,
  record,
  requirePasskey,
  summary,
  usedUp,
} from './passlock-answers.ts';
import { fields, type Access } from './passlock-ceremonies.ts';
import {
  deletePasskeys,
  findPasskey,
  findPasskeys,
  findPasskeysOf,
  issueToken,
  pageOfPasskeys,
  takeToken,
  updatePasskey,
} from './passlock-store.ts';

const { text, token } = fields;
const bodies = {
  update: v.strictObject({ userId: v.optional(text), username: v.optional(text) }),
  updateOfUser: v.strictObject({ userId: text, username: text }),
  user: v.strictObject({ userId: text }),
  prepareUpdate: v.strictObject({ userId: text, username: text, displayName: v.optional(text) }),
  updateToken: v.strictObject({ updatePasskeysToken: token }),
  prepareDeletion: v.union([
    v.strictObject({ passkeyIds: v.pipe(v.array(text), v.minLength(1), v.maxLength(64)) }),
    v.strictObject({ userId: text }),
  ]),
  deletionToken: v.strictObject({ deletePasskeysToken: token }),
};

/** What a customer's own server may do with its key, and what its pages learn of that. */
export function addManagement(
  app: Hono<AppEnv>,
  core: Core,
  { tenancyOf, requireKey }: Access,
  size: number,
): void {
  for (const version of ['', '/v2']) {
    app.get(`${version}/:tenancy/passkeys/`, async (c) => {
      const tenancy = requireKey(c);
      const cursor = c.req.query('cursor') ?? '';
      if (cursor && !isId(cursor)) throw new Refusal('invalid-input', 'There is no such cursor.');
      const page = await pageOfPasskeys(core, tenancy, cursor, size + 1);
      const records = page.slice(0, size);
      const next = page.length > size ? records.at(-1)!.id : null;
      return json(c, { _tag: 'FindAllPasskeys', cursor: next, records: records.map(summary) });
    });

    app.get(`${version}/:tenancy/passkeys/:id`, async (c) => {
      const tenancy = requireKey(c);
      return json(c, record(c, await requirePasskey(core, tenancy, c.req.param('id'))));
    });

    app.get(`${version}/:tenancy/principal/:code`, async (c) =>
      json(c, await exchange(core, requireKey(c), c.req.param('code'))),
    );
  }

  app.post('/:tenancy/principal/:code', async (c) => {
    const tenancy = requireKey(c);
    const { userId } = await readJson(c, bodies.user);
    const principal = await exchange(core, tenancy, c.req.param('code'));
    await updatePasskey(core, principal.authenticatorId, { owner: userId });
    await requirePasskey(core, tenancy, principal.authenticatorId);
    return json(c, { ...principal, userId });
  });

  app.patch('/:tenancy/passkeys/:id', async (c) => {
    const tenancy = requireKey(c);
    const { userId: owner, username } = await readJson(c, bodies.update);
    const { id } = await requirePasskey(core, tenancy, c.req.param('id'));
    await updatePasskey(core, id, { owner, username });
    return json(c, record(c, await requirePasskey(core, tenancy, id)), 202);
  });

  app.delete('/:tenancy/passkeys/:id', async (c) => {
    const tenancy = requireKey(c);
    const passkey = await requirePasskey(core, tenancy, c.req.param('id'));
    await deletePasskeys(core, [passkey]);
    return json(c, record(c, passkey), 202);
  });

  app.patch('/:tenancy/users/:user/passkeys/', async (c) => {
    const tenancy = requireKey(c);
    const { userId, username } = await readJson(c, bodies.updateOfUser);
    const passkeys = await findPasskeysOf(core, tenancy, sameUser(c, userId));
    for (const { id } of passkeys) await updatePasskey(core, id, { username });
    const updated = await findPasskeysOf(core, tenancy, userId);
    return json(c, { _tag: 'UpdatedPasskeys', updated: updated.map((one) => record(c, one)) });
  });

  app.delete('/:tenancy/users/:user/passkeys/', async (c) => {
    const tenancy = requireKey(c);
    const { userId } = await readJson(c, bodies.user);
    const passkeys = await findPasskeysOf(core, tenancy, sameUser(c, userId));
    await deletePasskeys(core, passkeys);
    return json(c, { _tag: 'DeletedPasskeys', deleted: passkeys.map((one) => record(c, one)) });
  });

  app.post('/v2/:tenancy/passkeys/update', async (c) => {
    const tenancy = requireKey(c);
    const { userId, username, displayName } = await readJson(c, bodies.prepareUpdate);
    const passkeys = await findPasskeysOf(core, tenancy, userId);
    for (const { id } of passkeys) await updatePasskey(core, id, { username });
    const handles = new Set(passkeys.map(handleOf));
    const instructions = [...handles].map((handle) => ({
      rpId: core.rpId,
      userId: handle,
      username,
      displayName: displayName ?? username,
    }));
    const { token, expiresAt } = await issueToken(core, tenancy, 'update', { instructions });
    return json(
      c,
      {
        _tag: 'PreparedPasskeyUpdate',
        updatePasskeysToken: token,
        expiresAt: expiresAt.getTime(),
        warnings: passkeys.length > 0 ? [] : [noPasskeys],
      },
      202,
    );
  });

  app.post('/v2/:tenancy/passkeys/update/exchange', async (c) => {
    const { id } = tenancyOf(c);
    const { updatePasskeysToken } = await readJson(c, bodies.updateToken);
    const { instructions } = (await takeToken(core, id, 'update', updatePasskeysToken)) ?? usedUp();
    return json(c, { _tag: 'PasskeyUpdateInstructions', instructions, warnings: [] });
  });

  app.post('/v2/:tenancy/passkeys/delete', async (c) => {
    const tenancy = requireKey(c);
    const body = await readJson(c, bodies.prepareDeletion);
    const wanted = 'passkeyIds' in body ? body.passkeyIds : [];
    const passkeys =
      'userId' in body
        ? await findPasskeysOf(core, tenancy, body.userId)
        : await findPasskeys(core, tenancy, wanted);
    await deletePasskeys(core, passkeys);
    const instructions = passkeys.map((passkey) => ({
      rpId: passkey.rp_id,
      userId: handleOf(passkey),
      credentialId: passkey.credential_id,
    }));
    const missing = wanted.filter((id) => !passkeys.some((passkey) => passkey.id === id));
    const { token, expiresAt } = await issueToken(core, tenancy, 'delete', { instructions });
    return json(
      c,
      {
        _tag: 'PreparedPasskeyDeletion',
        deletePasskeysToken: token,
        expiresAt: expiresAt.getTime(),
        warnings:
          'userId' in body && passkeys.length === 0
            ? [noPasskeys]
            : missing.map((passkeyId) => ({
                code: 'PASSKEY_NOT_FOUND',
                message: 'Passkey not found',
                passkeyId,
              })),
      },
      202,
    );
  });

  app.post('/v2/:tenancy/passkeys/delete/exchange', async (c) => {
    const { id } = tenancyOf(c);
    const { deletePasskeysToken } = await readJson(c, bodies.deletionToken);
    const { instructions } = (await takeToken(core, id, 'delete', deletePasskeysToken)) ?? usedUp();
    return json(c, { _tag: 'PasskeyDeletionInstructions', instructions, warnings: [] });
  });
}

const noPasskeys = { code: 'NO_PASSKEYS_FOUND', message: 'This user has no passkeys' };

function sameUser(c: AppContext, userId: string): string {
  if (c.req.param('user') !== userId) throw new Refusal('invalid-input', 'Two users named.');
  return userId;
}

/** What a code stands for; it is good once, whoever asks. */
async function exchange(core: Core, tenancy: string, code: string) {
  const found = await takeToken(core, tenancy, 'code', code);
  const passkey = found && (await findPasskey(core, tenancy, found.passkeyId));
  if (!passkey) throw new PasslockRefusal('not-found', 'Invalid code', 'InvalidCode');
  const platformName = providerName(passkey.aaguid);
  return {
    _tag: 'ExtendedPrincipal',
    id: newId(),
    authenticatorId: passkey.id,
    authenticatorType: 'passkey',
    userId: passkey.owner,
    createdAt: core.now().getTime(),
    expiresAt: found.expiresAt.getTime(),
    passkey: { verified: true, userVerified: found.userVerified, platformName },
    metadata: { userAgent: found.userAgent },
  };
}
