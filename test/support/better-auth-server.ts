import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';

/** What a site may set up differently. */
export interface BetterAuthSetup {
  /** Where visitors reach it, without the path. */
  readonly url: string;
  readonly basePath?: string;
  readonly rpName?: string;
  /** Origins that may call it beside its own. */
  readonly trustedOrigins?: () => string[];
  /** Counts requests, as it does in production. */
  readonly rateLimit?: { readonly window: number; readonly max: number };
}

/** A real Better Auth with passkeys and passwords; it forgets everything with the process. */
export class BetterAuthServer {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly #rows = {
    user: [] as object[],
    session: [] as { createdAt: Date }[],
    account: [] as object[],
    verification: [] as object[],
    passkey: [] as object[],
  };

  constructor({ url, basePath, rpName, trustedOrigins, rateLimit }: BetterAuthSetup) {
    const { handler } = betterAuth({
      baseURL: url,
      basePath,
      trustedOrigins,
      rateLimit: { enabled: rateLimit !== undefined, ...rateLimit },
      appName: 'Test',
      secret: 'known to everybody, because it protects nothing',
      database: memoryAdapter(this.#rows),
      emailAndPassword: { enabled: true },
      plugins: [passkey({ rpName })],
      logger: { disabled: true },
      telemetry: { enabled: false },
    });
    this.fetch = handler;
  }

  /** Whoever is signed in has been so for longer than the server calls fresh: a day. */
  ageSessions(): void {
    for (const session of this.#rows.session) {
      session.createdAt = new Date(session.createdAt.getTime() - 86_400_000);
    }
  }
}
