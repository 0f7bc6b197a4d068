import { MenshenError } from '../../core/index.js';
import { type PageFile, type PageFiles, sendFile } from '../page-files.js';
import type { Server } from '../route.js';

const open = { allow: 'anyone', screen: true } as const;
const hidden = { hide: true } as const;

/** The page itself: what it consists of is known from the start, and whatever is asked beyond it is not there. */
export function addScreenPages(server: Server, files: PageFiles, texts: ReadonlyMap<string, PageFile>): void {
  server.get('/', { prefixTrailingSlash: 'no-slash', config: open, schema: hidden }, async (request, reply) => {
    if (files.index === undefined) throw notBuilt();
    return sendFile(request, reply, files.index);
  });
  server.get('/', { prefixTrailingSlash: 'slash', config: open, schema: hidden }, async (_request, reply) =>
    reply.redirect('/kiosk', 308),
  );
  server.get('/*', { config: open, schema: hidden }, async (request, reply) => {
    const file = files.assets.get((request.params as { '*': string })['*']);
    if (file === undefined) throw notThere();
    return sendFile(request, reply, file);
  });
  server.get('/texts/:file', { config: open, schema: hidden }, async (request, reply) => {
    const file = texts.get((request.params as { file: string }).file);
    if (file === undefined) throw notThere();
    return sendFile(request, reply, file);
  });
}

const notThere = (): MenshenError => new MenshenError('not-found', 'The page has no such part.');

const notBuilt = (): MenshenError =>
  new MenshenError('not-found', 'The page of the screen was not built. Run `npm run setup`.');
