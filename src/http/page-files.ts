/** What a page consists of, read once at the start: afterwards no path of a request ever reaches the file system. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from '../crypto/index.js';

type Encoding = 'br' | 'gzip';

export interface PageFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly plain: Variant;
  readonly packed: Readonly<Partial<Record<Encoding, Variant>>>;
}

interface Variant {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface PageFiles {
  /** Absent where the page was not built. */
  readonly index: PageFile | undefined;
  /** By the part of the address after the page's own. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
};
const packedBy = { br: '.br', gzip: '.gz' } as const;
/** A name that carries its content's hash never means anything else. */
const hashedName = /-[A-Z0-9]{8}\.[a-z0-9]+$/;
const forever = 'public, max-age=31536000, immutable';
const askAgain = 'no-cache';

/** @param folder below `dist`: `index.html` and what it loads; `x.br` and `x.gz` are packed `x`. @param wanted which files besides it. */
export function readPageFiles(folder: string, wanted: (name: string) => boolean = () => true): PageFiles {
  if (!existsSync(join(folder, 'index.html'))) return { index: undefined, assets: new Map() };
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const served = names.filter(
    (name) => name !== 'index.html' && contentTypes[extname(name)] !== undefined && wanted(name),
  );
  return {
    index: pageFile(readFileSync(join(folder, 'index.html')), '.html', askAgain, packedIn(folder, 'index.html')),
    assets: new Map(
      served.map((name) => [
        name.replaceAll('\\', '/'),
        pageFile(
          readFileSync(join(folder, name)),
          extname(name),
          hashedName.test(name) ? forever : askAgain,
          packedIn(folder, name),
        ),
      ]),
    ),
  };
}

/** A file of the page from bytes that are at hand. */
export function pageFile(
  bytes: Buffer,
  extension: string,
  cacheControl: string = askAgain,
  packed: Partial<Record<Encoding, Buffer>> = {},
): PageFile {
  return {
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    cacheControl,
    plain: variant(bytes),
    packed: Object.fromEntries(Object.entries(packed).map(([encoding, content]) => [encoding, variant(content)])),
  };
}

/** Answers with the file, packed where the browser takes it, or with 304 where it has it. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const accepted = String(request.headers['accept-encoding'] ?? '').split(/\s*,\s*/);
  const encoding = (['br', 'gzip'] as const).find((one) => file.packed[one] !== undefined && accepted.includes(one));
  const chosen = (encoding === undefined ? undefined : file.packed[encoding]) ?? file.plain;
  reply.headers({ 'cache-control': file.cacheControl, etag: chosen.etag, vary: 'accept-encoding' });
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  if (request.headers['if-none-match'] === chosen.etag) return reply.status(304).send();
  return reply.type(file.contentType).send(chosen.bytes);
}

function packedIn(folder: string, name: string): Partial<Record<Encoding, Buffer>> {
  const found = (Object.entries(packedBy) as [Encoding, string][]).filter(([, ending]) =>
    existsSync(join(folder, name + ending)),
  );
  return Object.fromEntries(found.map(([encoding, ending]) => [encoding, readFileSync(join(folder, name + ending))]));
}

const variant = (bytes: Buffer): Variant => ({
  bytes,
  etag: `"${Buffer.from(hash(bytes)).toString('base64url').slice(0, 22)}"`,
});
