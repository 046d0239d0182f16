import { createTransport } from 'nodemailer';
import type { CodeMessage } from './core/core.ts';
import { CodeNotSent } from './core/errors.ts';
import { policy } from './core/policy.ts';

// Not as long as a page waits, or a code would come that it knows nothing of.
const patience = 8000;

const minutes = policy.codeLifetime / 60_000;

/** What a mail program says of a letter that it could not hand over. */
interface Failure {
  readonly code?: string;
  /** What the system said of the connection. */
  readonly originalCode?: string;
  /** What the server said, if it said no. */
  readonly responseCode?: number;
}

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
    await transport.sendMail(letter).catch((failure: Failure) => {
      // Not its message, which tells the address.
      const reason = `mail: ${failure.code} ${failure.responseCode ?? ''}`;
      throw new CodeNotSent({ mayArrive: !isRefused(failure), reason });
    });
  };
}

/** Whether the server said no, or is not there; one that breaks off may have taken the letter. */
const isRefused = ({ code, originalCode, responseCode }: Failure) =>
  responseCode !== undefined || code === 'EDNS' || originalCode === 'ECONNREFUSED';
