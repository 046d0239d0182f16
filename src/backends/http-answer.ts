import { hint, PasskeyError, unreachable } from '../core/errors.js';
import { bare } from '../core/bare.js';
import type { HttpRow, HttpTable } from './http.js';

interface Answer {
  readonly response: Response;
  readonly text: string;
}

/** The answer with all of its body, up to 1 MB. */
export async function receive(response: Response): Promise<Answer> {
  // WebKit reads options that are left out from `Object.prototype`.
  const reader = response.body?.getReader(bare({})) as
    ReadableStreamDefaultReader<Uint8Array> | undefined;
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > 1_048_576) {
      reader.cancel().catch(() => {});
      throw new PasskeyError('bad-response', hint`the answer is larger than 1 MB`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return { response, text: (text + decoder.decode()).trim() };
}

/** What was asked, and how. */
export interface Question {
  readonly table: HttpTable;
  readonly row: HttpRow;
  /** As in `signIn.begin`. */
  readonly name: string;
  readonly method: string;
  readonly input: object;
}

/** What the answer says, in our types; throws what it says is wrong, or what is wrong with it. */
export async function readAnswer({ response, text }: Answer, question: Question): Promise<unknown> {
  const { table, row, method, input } = question;
  const { ok, status } = response;
  const json = parse(text);
  const fault = table.readFault?.(json, method);
  const isHtml = text.startsWith('<');
  if (fault || !ok || isHtml) {
    const { refuse } = await unhappy();
    return refuse(response, { ...question, isHtml, json, fault });
  }
  try {
    if (text && json === undefined && (row.read || /^[{["]/.test(text))) throw new SyntaxError();
    return await row.read?.(json, input, response.headers);
  } catch (cause) {
    const { misread } = await unhappy();
    throw misread(cause, { json, status, table });
  }
}

/** Nobody whose sign-in works needs it. */
const unhappy = () => import('./http-refusal.js').catch(unreachable);

/** Tried whatever the content type says; `undefined` is no JSON value, so it means “none”. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
