import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type PageFiles, readPageFiles, sendFile } from '#menshen/http/page-files.js';
import { closeScreens, openScreen } from '../support/screen.js';
import { tempFolder } from '../support/temp-store.js';

afterEach(closeScreens);

describe('everything below /kiosk', () => {
  it.each(['/kiosk', '/kiosk/', '/kiosk/nothing.js', '/kiosk/api/site', '/kiosk/api/nothing', '/kiosk/texts/xx.json'])(
    'is answered with strict headers (%s)',
    async (path) => {
      const screen = await openScreen();
      const { headers } = await screen.call('GET', path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      });
    },
  );

  it('is found under one address', async () => {
    const { status, headers } = await (await openScreen()).call('GET', '/kiosk/');
    expect([status, headers.location]).toEqual([308, '/kiosk']);
  });

  it.each([
    '/kiosk/../package.json',
    '/kiosk/..%2f..%2fpackage.json',
    '/kiosk/%2e%2e/%2e%2e/package.json',
    '/kiosk/....//package.json',
    '/kiosk//etc/passwd',
    '/kiosk/texts/..%2f..%2f..%2fpackage.json',
    '/kiosk/texts/%2e%2e%2fen%2fkiosk.json',
    '/kiosk/%00',
    '/kiosk/__proto__',
    '/kiosk/constructor',
  ])('is no way to other files: %s', async (path) => {
    const { status, text } = await (await openScreen()).call('GET', path);
    expect([status === 404 || status === 400, text.includes('dependencies')]).toEqual([true, false]);
  });
});

describe('a file of the page', () => {
  let server: FastifyInstance;
  afterEach(() => server.close());

  function built(): PageFiles {
    const folder = tempFolder();
    mkdirSync(join(folder, 'fonts'));
    for (const [name, content] of Object.entries({
      'index.html': '<!doctype html>',
      'main-ABCD1234.js': 'plain',
      'main-ABCD1234.js.br': 'packed',
      'fonts/sans.woff2': 'font',
      'notes.secret': 'not served',
    }))
      writeFileSync(join(folder, name), content);
    return readPageFiles(folder);
  }

  async function asked(files: PageFiles, name: string, headers: Record<string, string> = {}) {
    server = Fastify();
    server.get('/*', (request, reply) => {
      const file = files.assets.get((request.params as { '*': string })['*']);
      return file === undefined ? reply.status(404).send() : sendFile(request, reply, file);
    });
    return server.inject({ url: `/${name}`, headers });
  }

  it('whose name carries its content’s hash is kept for ever, others are asked for again', async () => {
    const files = built();
    const hashed = await asked(files, 'main-ABCD1234.js');
    await server.close();
    const plain = await asked(files, 'fonts/sans.woff2');
    expect([hashed.headers['cache-control'], plain.headers['cache-control'], plain.headers['content-type']]).toEqual([
      'public, max-age=31536000, immutable',
      'no-cache',
      'font/woff2',
    ]);
  });

  it('comes packed where the browser takes it', async () => {
    const packed = await asked(built(), 'main-ABCD1234.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect([packed.body, packed.headers['content-encoding'], packed.headers.vary]).toEqual([
      'packed',
      'br',
      'accept-encoding',
    ]);
  });

  it('comes plain where it does not', async () => {
    const plain = await asked(built(), 'main-ABCD1234.js', { 'accept-encoding': 'gzip' });
    expect([plain.body, plain.headers['content-encoding']]).toEqual(['plain', undefined]);
  });

  it('is not sent again to who has it', async () => {
    const files = built();
    const { headers } = await asked(files, 'main-ABCD1234.js');
    await server.close();
    const again = await asked(files, 'main-ABCD1234.js', { 'if-none-match': String(headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('is only what a page has, and not what else lies there', async () => {
    expect((await asked(built(), 'notes.secret')).statusCode).toBe(404);
  });
});
