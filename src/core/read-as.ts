import { safeParse, type GenericSchema, type InferOutput } from 'valibot';
import { PasskeyError } from './errors.js';

/**
 * Foreign JSON as `schema` has it, or `bad-response` naming the path of the fault.
 * The value itself is not quoted: it may be somebody's.
 */
export function readAs<Schema extends GenericSchema>(
  schema: Schema,
  json: unknown,
  at = '',
): InferOutput<Schema> {
  const { success, output, issues } = safeParse(schema, json);
  if (success) return output;
  const [issue] = issues;
  const keys = issue.path?.map(({ key }) => String(key)) ?? [];
  const path = [at, ...keys].filter(Boolean).join('.') || 'the answer';
  const problem = issue.received === 'undefined' ? 'is missing' : expectation(issue);
  throw new PasskeyError('bad-response', `${path}: ${problem}`);
}

function expectation({
  kind,
  expected,
  message,
}: {
  kind: string;
  expected: unknown;
  message: string;
}) {
  return kind === 'schema' ? `must be ${expected}` : message;
}
