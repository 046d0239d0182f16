import type { Core } from './core.ts';
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
}
