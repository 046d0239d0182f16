import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** A folder in which the packed tarball is installed, and nothing it does not ask for. */
export class PackedSite implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'passkey-elements-'));
  readonly tarball: string;
  /** Where the package itself is. */
  readonly package = join(this.folder, 'node_modules/passkey-elements');

  constructor() {
    const to = ['--pack-destination', this.folder];
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', ...to], {
      cwd: root,
      encoding: 'utf8',
    });
    this.tarball = join(this.folder, packed.trim());
    mkdirSync(this.package, { recursive: true });
    execFileSync('tar', ['-xzf', this.tarball, '--strip-components', '1', '-C', this.package]);
    for (const path of installedWith('')) this.#link(path, path);
  }

  /** Installs what a site itself brings, under its own name or another. */
  add(name: string, as = name): void {
    rmSync(join(this.folder, 'node_modules', as), { force: true });
    this.#link(`node_modules/${name}`, `node_modules/${as}`);
  }

  /** Runs JavaScript as one of the site's modules; gives what it prints. */
  run(code: string, ...flags: string[]): string {
    return execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', code], {
      cwd: this.folder,
      encoding: 'utf8',
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  #link(from: string, to: string): void {
    const target = join(this.folder, to);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(root, from), target, 'junction');
  }
}

/** What npm installs along with the package, as the lock file has it: path → entry. */
export function installedAlong(): Map<string, Locked> {
  return new Map([...installedWith('')].map((path) => [path, lock.packages[path]!]));
}

function installedWith(owner: string, found = new Set<string>()): Set<string> {
  for (const name of Object.keys(lock.packages[owner]!.dependencies ?? {})) {
    const path = placeOf(name, owner);
    if (found.has(path)) continue;
    found.add(path);
    installedWith(path, found);
  }
  return found;
}

/** Node looks beside the package that asks, then further and further out. */
function placeOf(name: string, owner: string): string {
  const path = join(owner, 'node_modules', name);
  if (path in lock.packages) return path;
  if (owner === '') throw new Error(`package-lock.json has no ${name}`);
  return placeOf(name, owner.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''));
}
