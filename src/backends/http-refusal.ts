import { PasskeyError, unreachable, type PasskeyErrorCode } from '../core/errors.js';
import { isLostModule } from '../core/foreign-errors.js';
import type { HttpTable } from './http.js';
import type { Question } from './http-answer.js';
import { looksLike } from './looks-like.js';
import { asRecord } from './records.js';

interface Refused extends Question {
  /** A page where JSON was due. */
  readonly isHtml: boolean;
  readonly json: unknown;
  /** What the backend itself says, with its own word for it. */
  readonly fault: { readonly code?: string | number } | undefined;
}

/** Throws what an answer that tells of a fault means for the person. */
export async function refuse(response: Response, refused: Refused): Promise<never> {
  const { status } = response;
  const { json, fault, row, table, name, input } = refused;
  const meant = status === 401 || status === 403 || status === 429 || status >= 500;
  const backendCode = fault?.code === undefined ? undefined : String(fault.code);
  const word = backendCode ?? String(status);
  const ours = table.errors === 'as-is' ? asIs(name) : table.errors;
  const own = typeof row.errors === 'function' ? await row.errors(input) : row.errors;
  const known = [own, ours].find((codes) => codes && Object.hasOwn(codes, word))?.[word];
  if (!status && !known) throw new TypeError('a redirect'); // as if there were no answer
  const nothingThere =
    status === 404 && !known && !fault && elsewhere.test(name) && looksLike(json) !== table.name;
  if ((refused.isHtml && !meant) || nothingThere) {
    const found = refused.isHtml ? 'HTML where JSON was due' : 'nothing there';
    const problem = `status ${status} and ${found}; is base-url right?${otherDialect(json, table)}`;
    throw new PasskeyError('bad-response', problem, { status });
  }
  const code = known ?? codeOfStatus(status, name);
  const problem = `status ${status}${backendCode ? ', with a code of the backend' : ''}`;
  throw new PasskeyError(code, problem, { status, backendCode, retryAt: retryAt(response, json) });
}

interface Misread {
  readonly json: unknown;
  readonly status: number;
  readonly table: HttpTable;
}

/** What is wrong with a good answer that could not be read. */
export function misread(cause: unknown, { json, status, table }: Misread): Error {
  if (isLostModule(cause)) unreachable(cause); // what reads the answer did not load
  if (cause instanceof PasskeyError && cause.code !== 'bad-response') {
    return new PasskeyError(cause.code, cause.message, { status });
  }
  const said = cause instanceof PasskeyError && cause.message !== cause.code && cause.message;
  const problem = said || (json === undefined ? 'no whole JSON' : 'it could not be read');
  const text = `bad answer, ${problem}.${otherDialect(json, table)}`;
  return new PasskeyError('bad-response', text, { status, cause: said ? undefined : cause });
}

/** A server of another kind than the attribute says is the usual cause of answers like that. */
function otherDialect(json: unknown, { name }: HttpTable): string {
  const dialect = looksLike(json);
  return dialect && dialect !== name ? ` The answer looks like backend="${dialect}".` : '';
}

/** Where these are there is a backend, so a 404 without a word says that there is none. */
const elsewhere = /begin|send|list|status/;

type Codes = Readonly<Record<string, PasskeyErrorCode>>;

/** Our words, as far as a server can know. It forgets a passkey only where one has been used. */
function asIs(name: string): Codes {
  const known: readonly PasskeyErrorCode[] =
    name === 'signIn.finish' ? [...serverCodes, 'unknown-credential'] : serverCodes;
  return Object.fromEntries(known.map((code) => [code, code]));
}

const serverCodes = [
  'invalid-input',
  'challenge-expired',
  'verification-failed',
  'unauthorized',
  'forbidden',
  'reauth-required',
  'not-found',
  'already-registered',
  'last-passkey',
  'conflict',
  'rate-limited',
  'server-error',
] as const;

/** These answer to a proof, so a refusal is about the proof, not about the session or the form. */
const verifying = /finish|verify/;

function codeOfStatus(status: number, name: string): PasskeyErrorCode {
  if (status >= 500) return 'server-error';
  if (status === 404 && name === 'signIn.begin') return 'invalid-input'; // no passkey was named yet
  if (verifying.test(name) && (status < 402 || status === 422)) return 'verification-failed';
  return byStatus[status] ?? 'unknown';
}

const byStatus: Readonly<Record<number, PasskeyErrorCode>> = {
  400: 'invalid-input',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found', // never `unknown-credential`: a wrong base URL must not cost anybody a passkey
  408: 'timeout',
  409: 'conflict',
  410: 'challenge-expired',
  419: 'forbidden', // Laravel: the CSRF token is missing or old
  422: 'invalid-input',
  423: 'reauth-required', // Laravel: the password must be confirmed again
  429: 'rate-limited',
};

/** `Retry-After` in seconds or as a date, an hour at most; 5 s where a 429 does not say. */
function retryAt({ headers, status }: Response, json: unknown): Date | undefined {
  const { retryAfterSeconds } = asRecord(json); // Passlock: other origins seldom see its headers
  const told = typeof retryAfterSeconds === 'number' ? String(retryAfterSeconds) : undefined;
  const wish = headers.get('Retry-After') ?? headers.get('X-Retry-After') ?? told;
  if (!wish && status !== 429) return undefined;
  const seconds = wish ? Number(wish.split(',')[0]) : 5; // a proxy may have added its own
  const now = Date.parse(headers.get('Date') ?? '') || Date.now(); // the server's, as far as it tells
  const wait = Number.isNaN(seconds) ? Date.parse(wish ?? '') - now : seconds * 1000;
  return new Date(Date.now() + Math.min(Math.max(Number.isNaN(wait) ? 5000 : wait, 0), 3_600_000));
}
