import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApp } from '../../demo/server/app.ts';
import { openPostgres } from '../../demo/server/postgres.ts';

describe('the addresses for password managers', () => {
  const ask = async (origins: string[], host: string) => {
    const store = openPostgres('postgres://nobody@127.0.0.1:1/none'); // nothing is asked of it
    const app = createApp({ store, origins });
    const answer = await app.request(`http://${host}/.well-known/passkey-endpoints`);
    await store.destroy();
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type')!, /^application\/json/);
    return answer.json();
  };

  it('are those of the site, whatever the request says', async () => {
    assert.deepEqual(await ask(['https://example.com'], 'evil.test'), {
      enroll: 'https://example.com/#add-passkey',
      manage: 'https://example.com/',
    });
  });

  it('on any port of this machine, are those of the request', async () => {
    assert.deepEqual(await ask(['http://localhost:*'], 'localhost:8123'), {
      enroll: 'http://localhost:8123/#add-passkey',
      manage: 'http://localhost:8123/',
    });
  });
});
