import { createTransport } from 'nodemailer';
import type { CodeMessage } from './core/core.ts';
import { Refusal } from './core/errors.ts';
import { policy } from './core/policy.ts';

// Not as long as a page waits, or a code would come that it knows nothing of.
const patience = 8000;

const minutes = policy.codeLifetime / 60_000;

/** Sends codes by mail through an SMTP server. */
export function createMailer(
  smtpUrl: string,
  from: string,
): (message: CodeMessage) => Promise<void> {
  const transport = createTransport(smtpUrl);
  return async ({ identifier, code }) => {
    const letter = {
      from,
      to: { name: '', address: identifier },
      subject: `${code} is your sign-in code`,
      text: `Your sign-in code is ${code}. It is good for ${minutes} minutes.\n\nIf you did not ask for it, ignore this message.\n`,
      signal: AbortSignal.timeout(patience),
    };
    await transport.sendMail(letter).catch((error: { code?: string; responseCode?: number }) => {
      // Not its message, which tells the address.
      const reason = `mail: ${error.code} ${error.responseCode ?? ''}`;
      throw new Refusal('server-error', 'No code can be sent for a moment.', {
        reason,
        retryAfter: 5,
      });
    });
  };
}
