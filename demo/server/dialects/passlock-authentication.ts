import type { Hono } from 'hono';
import * as v from 'valibot';
import { assertion } from '../core/answers.ts';
import { beginSignIn, finishSignIn } from '../core/ceremonies.ts';
import type { Core } from '../core/core.ts';
import { isKnown } from '../core/credentials.ts';
import { fromBase64Url } from '../core/encoding.ts';
import { Refusal, verificationFailed } from '../core/errors.ts';
import { endSession } from '../core/sessions.ts';
import { readJson, type AppContext, type AppEnv } from '../http.ts';
import { json, PasslockRefusal, usedUp } from './passlock-answers.ts';
import {
  accountOf,
  bindingOf,
  checkRpId,
  descriptors,
  fields,
  ids,
  options,
  requireFlag,
  succeed,
  type Access,
} from './passlock-ceremonies.ts';
import {
  findByCredential,
  findPasskeysOf,
  issueToken,
  takeToken,
  type AuthenticationRequest,
} from './passlock-store.ts';

const { rpId, text, token } = fields;
const bodies = {
  authentication: v.strictObject({ allowCredentials: ids, rpId: v.optional(rpId), ...options }),
  authorizeAuthentication: v.strictObject({
    rpId,
    userId: v.optional(text),
    allowCredentials: ids,
    discoverable: v.optional(v.boolean()),
    mediation: v.optional(v.picklist(['required', 'conditional'])),
    ...options,
  }),
  authenticationToken: v.strictObject({ authenticationToken: token }),
  assertion: v.strictObject({ response: assertion, sessionToken: token }),
};

/** A sign-in: asked for by a page, or in the second generation by the customer's server first. */
export function addAuthentication(app: Hono<AppEnv>, core: Core, access: Access): void {
  async function openAuthentication(
    c: AppContext,
    tenancy: string,
    request: AuthenticationRequest,
  ) {
    const begun = await beginSignIn(core, bindingOf(tenancy), { offerPasskeys: false });
    const session = { ...request, challengeId: begun.id };
    const { token } = await issueToken(core, tenancy, 'authentication-session', session);
    const { allowCredentials, timeout, userVerification } = request;
    return json(c, {
      sessionToken: token,
      optionsJSON: {
        ...begun.options,
        timeout: timeout ?? begun.options.timeout,
        userVerification: userVerification ?? begun.options.userVerification,
        ...(allowCredentials && {
          allowCredentials: await descriptors(core, tenancy, allowCredentials),
        }),
      },
    });
  }

  app.post('/v2/:tenancy/passkey/authentication/authorize', async (c) => {
    const tenancy = access.requireKey(c);
    const { rpId, userId, discoverable, mediation, ...request } = await readJson(
      c,
      bodies.authorizeAuthentication,
    );
    checkRpId(core, rpId);
    if (mediation === 'conditional' && !discoverable)
      throw new Refusal('invalid-input', 'Only a discoverable login can be conditional.');
    const own = userId === undefined ? [] : await findPasskeysOf(core, tenancy, userId);
    if (userId !== undefined && own.length === 0)
      throw new Refusal('not-found', 'This user has no passkey.');
    const { allowCredentials = userId === undefined ? undefined : own.map(({ id }) => id) } =
      request;
    const payload = { ...request, allowCredentials };
    const issued = await issueToken(core, tenancy, 'authentication-authorized', payload);
    return json(c, {
      _tag: 'AuthorizedPasskeyAuthentication',
      authenticationToken: issued.token,
      expiresAt: issued.expiresAt.getTime(),
    });
  });

  app.post('/:tenancy/passkey/authentication/options', async (c) => {
    const { id } = access.tenancyOf(c);
    const { rpId = core.rpId, ...request } = await readJson(c, bodies.authentication);
    checkRpId(core, rpId);
    await access.limitTries(c);
    return openAuthentication(c, id, request);
  });

  app.post('/v2/:tenancy/passkey/authentication/options', async (c) => {
    const { id } = access.tenancyOf(c);
    const { authenticationToken } = await readJson(c, bodies.authenticationToken);
    await access.limitTries(c);
    const request = await takeToken(core, id, 'authentication-authorized', authenticationToken);
    return openAuthentication(c, id, request ?? usedUp());
  });

  for (const version of ['', '/v2']) {
    app.post(`${version}/:tenancy/passkey/authentication/verification`, async (c) => {
      const { id: tenancy } = access.tenancyOf(c);
      const { response, sessionToken } = await readJson(c, bodies.assertion);
      await access.limitTries(c);
      const session = await takeToken(core, tenancy, 'authentication-session', sessionToken);
      const { challengeId, allowCredentials, userVerification } = session ?? usedUp();
      const passkey = await findByCredential(core, tenancy, response.id);
      if (!passkey) throw await notOfTenancy(core, response.id);
      if (allowCredentials && !allowCredentials.includes(passkey.id))
        throw verificationFailed('a passkey that was not asked for');
      const userVerified = requireFlag(userVerification, () =>
        fromBase64Url(response.response.authenticatorData),
      );
      const request = { challengeId, answer: response };
      const kept = { kind: 'bearer', client: accountOf(tenancy, 'nobody') } as const;
      const { token } = await finishSignIn(core, bindingOf(tenancy), request, kept);
      await endSession(core, token); // the code below stands for this sign-in
      return succeed(core, c, 'AuthenticationSuccess', passkey, userVerified);
    });
  }
}

/** The vendor's pages tell authenticators to erase what is not found, so it must be nobody's. */
async function notOfTenancy(core: Core, credentialId: string): Promise<Refusal> {
  if (await isKnown(core, core.database, credentialId))
    return verificationFailed('not of this tenancy');
  return new PasslockRefusal('unknown-credential', 'Passkey not found', 'PasskeyNotFound', {
    credentialId,
    rpId: core.rpId,
  });
}
