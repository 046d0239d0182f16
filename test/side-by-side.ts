import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/*
 * Runs npm scripts side by side, each line with the script's name before it: `node
 * test/side-by-side.ts lint types`. All run to their end, so that one fault does not hide another.
 */
const scripts = process.argv.slice(2);
const codes = await Promise.all(scripts.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

async function run(script: string): Promise<number | null> {
  const child = spawn(`npm run ${script}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => process.stdout.write(`${script} | ${line}\n`));
  }
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
}
