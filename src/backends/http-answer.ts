import { PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import { bare } from '../core/bare.js';
import type { HttpRow, HttpTable } from './http.js';

interface Answer {
  readonly response: Response;
  readonly text: string;
}

/** The answer with all of its body, up to 1 MB. */
export async function receive(response: Response): Promise<Answer> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > 1_048_576) {
      reader.cancel().catch(() => {});
      throw new PasskeyError('bad-response', 'the answer is larger than 1 MB');
    }
    text += decoder.decode(value, { stream: true });
  }
  return { response, text: (text + decoder.decode()).trim() };
}

interface Question {
  readonly table: HttpTable;
  readonly row: HttpRow;
  /** As in `signIn.begin`. */
  readonly name: string;
  readonly method: string;
  readonly input: object;
}

/** What the answer says, in our types; throws what it says is wrong, or what is wrong with it. */
export async function readAnswer({ response, text }: Answer, question: Question): Promise<unknown> {
  const { table, row, name, method, input } = question;
  const { ok, status } = response;
  const known = status === 401 || status === 403 || status === 429 || status >= 500;
  if (text.startsWith('<') && !known) {
    const problem = `status ${status} and HTML where JSON was due; is base-url right?`;
    throw new PasskeyError('bad-response', problem, { status });
  }
  const json = parse(text);
  const fault = table.readFault?.(json, method);
  if (fault || !ok) {
    const backendCode = fault?.code === undefined ? undefined : String(fault.code);
    const code = codeOf(backendCode, row.errors, table.errors) ?? codeOfStatus(status, name);
    const problem = `status ${status}${backendCode ? ', with a code of the backend' : ''}`;
    throw new PasskeyError(code, problem, { status, backendCode, retryAt: retryAt(response) });
  }
  if (text && json === undefined && (row.read || /^[{["]/.test(text))) {
    throw new PasskeyError('bad-response', 'the answer is no whole JSON', { status });
  }
  try {
    return await row.read?.(json, input);
  } catch (cause) {
    if (cause instanceof PasskeyError)
      throw new PasskeyError(cause.code, cause.message, { status });
    throw new PasskeyError('bad-response', 'the answer could not be read', { status, cause });
  }
}

/** Tried whatever the content type says; `undefined` is no JSON value, so it means “none”. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) =>
      typeof value === 'object' && value && !Array.isArray(value) ? bare(value) : value,
    );
  } catch {
    return undefined;
  }
}

function codeOf(
  backendCode: string | undefined,
  ...maps: HttpTable['errors'][]
): PasskeyErrorCode | undefined {
  if (backendCode === undefined) return undefined;
  return maps.find((map) => map && Object.hasOwn(map, backendCode))?.[backendCode];
}

/** These answer to a proof, so a refusal is about the proof, not about the session or the form. */
const verifying = /finish|verify/;

function codeOfStatus(status: number, name: string): PasskeyErrorCode {
  if (status >= 500) return 'server-error';
  if (verifying.test(name) && (status < 402 || status === 422)) return 'verification-failed';
  return byStatus[status] ?? 'unknown';
}

const byStatus: Readonly<Record<number, PasskeyErrorCode>> = {
  400: 'invalid-input',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found', // never `unknown-credential`: a wrong base URL must not cost anybody a passkey
  409: 'conflict',
  410: 'challenge-expired',
  419: 'forbidden', // Laravel: the CSRF token is missing or old
  422: 'invalid-input',
  423: 'reauth-required', // Laravel: the password must be confirmed again
  429: 'rate-limited',
};

/** `Retry-After` in seconds or as a date, an hour at most; 5 s where a 429 does not say. */
function retryAt({ headers, status }: Response): Date | undefined {
  const wish = headers.get('Retry-After') ?? headers.get('X-Retry-After');
  if (!wish && status !== 429) return undefined;
  const seconds = wish ? Number(wish) : 5;
  const wait = Number.isNaN(seconds) ? Date.parse(wish ?? '') - Date.now() : seconds * 1000;
  return new Date(Date.now() + Math.min(Math.max(Number.isNaN(wait) ? 5000 : wait, 0), 3_600_000));
}
