import type { Core } from './core.ts';
import { nameInRealm } from './names.ts';
import { policy } from './policy.ts';

const interval = 60_000;
const tables = [
  ...(['challenges', 'outcomes', 'codes', 'handoffs', 'sessions', 'tries'] as const),
  'passlock_tokens',
] as const;
const lastSweep = new WeakMap<object, number>();

/** Removes, at most once a minute, what nobody can use or ask about any more. */
export async function sweep(core: Core): Promise<void> {
  const now = core.now().getTime();
  const since = now - (lastSweep.get(core.database) ?? 0);
  if (since >= 0 && since < interval) return;
  lastSweep.set(core.database, now);
  // Expired challenges stay a while, so that "expired" can be told from "unknown".
  const horizon = new Date(now - policy.outcomeLifetime);
  for (const table of tables) {
    await core.database.deleteFrom(table).where('expires_at', '<', horizon).execute();
  }
  await core.database.deleteFrom('removed_passkeys').where('expires_at', '<', core.now()).execute();
  await forgetAbandonedUsers(core);
}

/** Anybody can ask for a passkey for any name of a realm; where none was made, the name is free again. */
async function forgetAbandonedUsers(core: Core): Promise<void> {
  await core.database
    .deleteFrom('users')
    .where('identifier', 'like', nameInRealm('%', '%'))
    .where('created_at', '<', new Date(core.now().getTime() - policy.bearerSessionLifetime))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('passkeys').select('id').whereRef('user_id', '=', 'users.id'))),
    )
    // A registration that is being finished still has its challenge where this looks.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('challenges').select('id').whereRef('user_id', '=', 'users.id'))),
    )
    .execute();
}
