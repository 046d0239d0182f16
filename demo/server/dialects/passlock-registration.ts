import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import type { Hono } from 'hono';
import * as v from 'valibot';
import { attestation, type Attestation } from '../core/answers.ts';
import { beginRegistration, finishRegistration } from '../core/ceremonies.ts';
import { decide, within, type Core } from '../core/core.ts';
import { ensureUser, findUser } from '../core/credentials.ts';
import { fromBase64Url, newId } from '../core/encoding.ts';
import { sweep } from '../core/sweep.ts';
import { readJson, type AppContext, type AppEnv } from '../http.ts';
import { json, usedUp } from './passlock-answers.ts';
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
import { issueToken, takeToken, type RegistrationRequest } from './passlock-store.ts';

const { rpId, text, token } = fields;
const registration = {
  username: text,
  displayName: v.optional(text),
  excludeCredentials: ids,
  ...options,
};

const bodies = {
  registration: v.strictObject(registration),
  authorizeRegistration: v.strictObject({ ...registration, rpId, userId: text }),
  registrationToken: v.strictObject({ registrationToken: token }),
  attestation: v.strictObject({ response: attestation, sessionToken: token }),
};

/** A new passkey: asked for by a page, or in the second generation by the customer's server first. */
export function addRegistration(app: Hono<AppEnv>, core: Core, access: Access): void {
  async function openRegistration(c: AppContext, tenancy: string, request: RegistrationRequest) {
    await sweep(core); // before the user is looked for, who may be one that it removes
    const { owner = newId(), username, displayName = username, excludeCredentials } = request;
    const user = await decide(core, (work) => ensureUser(core, work, accountOf(tenancy, owner)));
    const named = { ...user, identifier: username };
    const begun = await beginRegistration(core, bindingOf(tenancy), named, { displayName });
    const session = { ...request, owner, challengeId: begun.id };
    const { token } = await issueToken(core, tenancy, 'registration-session', session);
    const { authenticatorSelection, ...options } = begun.options;
    const { userVerification = authenticatorSelection!.userVerification } = request;
    return json(c, {
      sessionToken: token,
      optionsJSON: {
        ...options,
        timeout: request.timeout ?? options.timeout,
        authenticatorSelection: { ...authenticatorSelection, userVerification },
        ...(excludeCredentials && {
          excludeCredentials: await descriptors(core, tenancy, excludeCredentials),
        }),
      },
    });
  }

  app.post('/:tenancy/passkey/registration/options', async (c) => {
    const { id } = access.tenancyOf(c);
    const request = await readJson(c, bodies.registration);
    await access.limitTries(c);
    return openRegistration(c, id, request);
  });

  app.post('/v2/:tenancy/passkey/registration/authorize', async (c) => {
    const tenancy = access.requireKey(c);
    const { userId: owner, rpId, ...request } = await readJson(c, bodies.authorizeRegistration);
    checkRpId(core, rpId);
    const payload = { ...request, owner };
    const issued = await issueToken(core, tenancy, 'registration-authorized', payload);
    return json(c, {
      _tag: 'AuthorizedPasskeyRegistration',
      registrationToken: issued.token,
      expiresAt: issued.expiresAt.getTime(),
    });
  });

  app.post('/v2/:tenancy/passkey/registration/options', async (c) => {
    const { id } = access.tenancyOf(c);
    const { registrationToken } = await readJson(c, bodies.registrationToken);
    await access.limitTries(c);
    const request = await takeToken(core, id, 'registration-authorized', registrationToken);
    return openRegistration(c, id, request ?? usedUp());
  });

  for (const version of ['', '/v2']) {
    app.post(`${version}/:tenancy/passkey/registration/verification`, async (c) => {
      const { id: tenancy } = access.tenancyOf(c);
      const { response, sessionToken } = await readJson(c, bodies.attestation);
      await access.limitTries(c);
      const { passkey, userVerified } = await decide(core, (work) =>
        finish(within(core, work), tenancy, sessionToken, response),
      );
      return succeed(core, c, 'RegistrationSuccess', passkey, userVerified);
    });
  }
}

/** Takes the session and keeps the passkey, with what this dialect knows of it. */
async function finish(core: Core, tenancy: string, sessionToken: string, answer: Attestation) {
  const session = await takeToken(core, tenancy, 'registration-session', sessionToken);
  const { challengeId, owner, username, userVerification } = session ?? usedUp();
  const userVerified = requireFlag(userVerification, () =>
    decodeAttestationObject(fromBase64Url(answer.response.attestationObject)).get('authData'),
  );
  const user = await findUser(core.database, accountOf(tenancy, owner));
  const request = { challengeId, answer };
  const passkey = await finishRegistration(core, bindingOf(tenancy), user ?? usedUp(), request);
  const known = { passkey_id: passkey.id, tenancy, owner, username };
  await core.database.insertInto('passlock_passkeys').values(known).execute();
  return { passkey: { ...passkey, ...known }, userVerified };
}
