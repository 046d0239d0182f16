import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

it('no file, export or dependency of the project is unused, and none is undeclared', () => {
  const knip = fileURLToPath(new URL('../bin/knip.js', import.meta.resolve('knip')));
  const { stdout, status } = spawnSync(process.execPath, [knip], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
  });
  assert.equal(stdout.trim(), '');
  assert.equal(status, 0);
});
