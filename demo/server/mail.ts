import { createTransport } from 'nodemailer';
import type { CodeMessage } from './core/core.ts';

/** Sends codes by mail through an SMTP server. */
export function createMailer(
  smtpUrl: string,
  from: string,
): (message: CodeMessage) => Promise<void> {
  const transport = createTransport(smtpUrl);
  return async ({ identifier, code }) => {
    await transport.sendMail({
      from,
      to: { name: '', address: identifier },
      subject: `${code} is your sign-in code`,
      text: `Your sign-in code is ${code}. It is good for ten minutes.\n\nIf you did not ask for it, ignore this message.\n`,
    });
  };
}
