import { sql } from 'kysely';
import type { Core } from './core.ts';
import { Refusal } from './errors.ts';

/** Counts one try in the database, where all instances see it, and refuses one too many. */
export async function countTry(
  core: Core,
  key: string,
  allowance: { limit: number; window: number },
) {
  const now = core.now();
  const ends = new Date(now.getTime() + allowance.window);
  const { rows } = await sql<{ count: number; expires_at: Date }>`
    insert into tries (key, count, started_at, expires_at) values (${key}, 1, ${now}, ${ends})
    on conflict (key) do update set
      count = case when tries.expires_at <= ${now} then 1 else tries.count + 1 end,
      started_at = case when tries.expires_at <= ${now} then ${now} else tries.started_at end,
      expires_at = case when tries.expires_at <= ${now} then ${ends}
        else least(tries.expires_at, ${ends}) end -- no longer, if the clock has been put back
    returning count, expires_at`.execute(core.database);
  const [used] = rows;
  if (!used || used.count <= allowance.limit) return;
  const wait = Math.max(1, Math.ceil((used.expires_at.getTime() - now.getTime()) / 1000));
  throw new Refusal('rate-limited', 'Too many tries. Wait a moment.', {
    retryAfter: wait,
    reason: key,
  });
}
