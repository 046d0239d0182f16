import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { schemas: Record<string, object>; responses: Record<string, Response> };
}

interface Response {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: { 'application/json': { schema: object } };
}

const file = new URL('../../demo/server/openapi.yaml', import.meta.url);

// Ajv knows `$defs`, not `components`; nothing else differs.
const description: Description = JSON.parse(
  JSON.stringify(parse(readFileSync(file, 'utf8'))).replaceAll(
    '#/components/schemas/',
    'api#/$defs/',
  ),
);

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'api', $defs: description.components.schemas });

const validators = new Map<object, ValidateFunction>();

/** Every operation in the description, as `METHOD path`. */
export const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.keys(methods)
    .filter((method) => method !== 'parameters')
    .map((method) => `${method.toUpperCase()} ${path}`),
);

/** Fails unless an answer is one that the OpenAPI file describes for this operation. */
export function assertDescribed(method: string, path: string, answer: Answer): void {
  const template = path.replace(/^\/passkeys\/[^/]+$/, '/passkeys/{id}');
  const where = `${method} ${template} → ${answer.status}`;
  let response = description.paths[template]?.[method.toLowerCase()]?.responses[answer.status];
  assert.ok(response, `${where} is not described`);
  if (response.$ref) response = description.components.responses[response.$ref.split('/').at(-1)!]!;
  if (response.headers && 'Retry-After' in response.headers) {
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9][0-9]*$/, where);
  }
  const schema = response.content?.['application/json'].schema;
  if (!schema) return assert.equal(answer.text, '', where);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, where);
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  assert.ok(
    validate(answer.body),
    `${where}: ${ajv.errorsText(validate.errors)} in ${answer.text}`,
  );
}

/** An answer that has been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its shape is what tests are about
  readonly body: any;
}
