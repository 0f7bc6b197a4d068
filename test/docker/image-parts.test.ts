import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assembleApp, reachablePackages } from '../../docker/assemble-app.mjs';
import { aptSources, sourcesOfRelease } from '../../scripts/docker-check/apt-sources.mjs';

const everything = () => true;

describe('what of node_modules goes into the image', () => {
  it('leaves out what only development uses', () => {
    const packages = { '': { dependencies: { a: '1' } }, 'node_modules/a': {}, 'node_modules/b': {} };
    expect(reachablePackages(packages, everything)).toEqual(['node_modules/a']);
  });

  it('takes the nearest of two versions', () => {
    const packages = {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { dependencies: { b: '2' } },
      'node_modules/a/node_modules/b': {},
      'node_modules/b': {},
    };
    expect(reachablePackages(packages, everything)).toEqual(['node_modules/a', 'node_modules/a/node_modules/b']);
  });

  it('finds what a nested package shares with all the others', () => {
    const packages = {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/c': {},
    };
    expect(reachablePackages(packages, everything)).toContain('node_modules/c');
  });

  it('leaves out binaries of other platforms, which are locked and not installed', () => {
    const packages = { '': { optionalDependencies: { a: '1', b: '1' } }, 'node_modules/a': {}, 'node_modules/b': {} };
    expect(reachablePackages(packages, (place) => place === 'node_modules/b')).toEqual(['node_modules/b']);
  });

  it('leaves out what a package needs only to be installed', () => {
    const packages = {
      '': { dependencies: { 'better-sqlite3': '1' } },
      'node_modules/better-sqlite3': { dependencies: { bindings: '1', 'prebuild-install': '1' } },
      'node_modules/bindings': {},
      'node_modules/prebuild-install': {},
    };
    expect(reachablePackages(packages, everything)).toEqual(['node_modules/better-sqlite3', 'node_modules/bindings']);
  });
});

describe('what of the build goes into the image', () => {
  it('has the screen’s page whole, with its texts and fonts, and no source maps', () => {
    const base = mkdtempSync(join(tmpdir(), 'menshen-image-'));
    onTestFinished(() => rmSync(base, { recursive: true }));
    const page = ['index.html', 'main-AAAAAAAA.js', 'main-AAAAAAAA.js.br', 'fonts.css', 'fonts/a.woff2', 'voice.json'];
    const parts = [...page.map((name) => `dist/kiosk/${name}`), 'dist/main.js', 'config/languages/zh/kiosk.json'];
    for (const part of [...parts, 'dist/main.js.map', 'package-lock.json']) {
      mkdirSync(join(base, 'from', part, '..'), { recursive: true });
      writeFileSync(join(base, 'from', part), '{"packages":{}}');
    }
    assembleApp(join(base, 'from'), join(base, 'to'));
    expect(parts.filter((part) => !existsSync(join(base, 'to', part)))).toEqual([]);
    expect(existsSync(join(base, 'to', 'dist/main.js.map'))).toBe(false);
  });
});

describe('the package sources that the base is made from', () => {
  it('are read from the old format, options dropped', () => {
    const text =
      'deb [signed-by=/k.gpg] http://mirror.invalid/debian bookworm main contrib\ndeb-src http://x.invalid bookworm main\n';
    expect(sourcesOfRelease(aptSources(text), 'bookworm')).toEqual({
      mirror: 'http://mirror.invalid/debian',
      lines: ['deb http://mirror.invalid/debian bookworm main'],
    });
  });

  it('are read from the new format, with a comment inside an entry', () => {
    const text =
      'Types: deb\n# a note\nURIs: http://mirror.invalid/debian\nSuites: bookworm bookworm-updates\nComponents: main\n';
    expect(sourcesOfRelease(aptSources(text), 'bookworm').lines).toEqual([
      'deb http://mirror.invalid/debian bookworm main',
      'deb http://mirror.invalid/debian bookworm-updates main',
    ]);
  });

  it('are not those of another release or of another product', () => {
    const text = 'deb http://a.invalid/debian trixie main\ndeb http://b.invalid/node nodistro main\n';
    expect(sourcesOfRelease(aptSources(text), 'bookworm')).toEqual({ mirror: undefined, lines: [] });
  });

  it('are not those that are switched off', () => {
    const text = 'Enabled: no\nTypes: deb\nURIs: http://a.invalid/debian\nSuites: bookworm\nComponents: main\n';
    expect(aptSources(text)).toEqual([]);
  });
});
