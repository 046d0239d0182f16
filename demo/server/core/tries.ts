import { sql } from 'kysely';
import type { Core } from './core.ts';
import { Refusal } from './errors.ts';

/**
 * Counts one try in the database, where all instances see it, and refuses one too many. The function
 * it gives takes the try back, if the window that it was counted in is still the current one.
 */
export async function countTry(
  core: Core,
  key: string,
  allowance: { limit: number; window: number },
): Promise<() => Promise<void>> {
  const now = core.now();
  const ends = new Date(now.getTime() + allowance.window);
  const { rows } = await sql<{ count: number; started_at: Date; expires_at: Date }>`
    insert into tries (key, count, started_at, expires_at) values (${key}, 1, ${now}, ${ends})
    on conflict (key) do update set
      count = case when tries.expires_at <= ${now} then 1 else tries.count + 1 end,
      started_at = case when tries.expires_at <= ${now} then ${now} else tries.started_at end,
      expires_at = case when tries.expires_at <= ${now} then ${ends}
        else least(tries.expires_at, ${ends}) end -- no longer, if the clock has been put back
    returning count, started_at, expires_at`.execute(core.database);
  const { count, started_at, expires_at } = rows[0]!;
  if (count > allowance.limit) {
    throw new Refusal('rate-limited', 'Too many tries. Wait a moment.', {
      retryAfter: Math.max(1, Math.ceil((expires_at.getTime() - now.getTime()) / 1000)),
      reason: key,
    });
  }
  return async () => {
    await core.database
      .updateTable('tries')
      .set((row) => ({ count: row('count', '-', 1) }))
      .where('key', '=', key)
      .where('started_at', '=', started_at)
      .execute();
  };
}
