import { readSessionCookie, writeSessionCookie } from './cookies.ts';
import { decide, type Core } from './core/core.ts';
import { Refusal } from './core/errors.ts';
import { findSession, requireFreshSession, startSession } from './core/sessions.ts';
import type { UserRow } from './database.ts';
import type { AppContext, HttpSettings } from './http.ts';

/** What a proxy asks of the site it is part of: who is signed in, and to sign somebody in. */
export interface Site {
  /**
   * The signed-in person; refuses where there is none, or where `fresh` and it is too long ago, be it for
   * the end of what was `begun` in time.
   */
  requireUser(
    c: AppContext,
    options?: { readonly fresh?: boolean; readonly begun?: boolean },
  ): Promise<UserRow>;
  /** Starts a session for somebody whose passkey was verified, under a new secret. */
  signIn(c: AppContext, userId: string): Promise<UserRow>;
}

const session = { kind: 'cookie', client: 'rest' } as const;

/** The site whose accounts and cookies are those of the reference backend. */
export function createSite(core: Core, { secureCookies }: HttpSettings): Site {
  return {
    async requireUser(c, { fresh = false, begun = false } = {}) {
      const found = await findSession(core, session, readSessionCookie(c, secureCookies));
      if (!found) throw new Refusal('unauthorized', 'Sign in first.');
      if (fresh) requireFreshSession(core, found, begun);
      return found.user;
    },
    async signIn(c, userId) {
      const replaces = readSessionCookie(c, secureCookies);
      const { user, token } = await decide(core, async (work) => {
        const user = await work
          .selectFrom('users')
          .selectAll()
          .where('id', '=', userId)
          .executeTakeFirst();
        if (!user) throw new Refusal('forbidden', 'There is no such account.');
        return startSession(core, work, user, { ...session, replaces });
      });
      writeSessionCookie(c, secureCookies, token);
      core.log({ event: 'signed-in', user: user.id });
      return user;
    },
  };
}
