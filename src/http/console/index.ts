/** The operator's page under `/console`: files and texts alone. Whoever uses it calls the public interface with their own key. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { MenshenError } from '../../core/index.js';
import { projectFolder } from '../../platform/index.js';
import { type PageFile, pageFile, readPageFiles, sendFile } from '../page-files.js';
import { pageHeaders } from '../page-headers.js';
import { sendProblem } from '../problems.js';
import type { Server } from '../route.js';
import type { Services } from '../services.js';
import type { ConsoleSite } from './contract.js';

const open = { allow: 'anyone' } as const;
const hidden = { hide: true } as const;
const headers = pageHeaders();

/** For the listener that panels and operators use; the page of the gate's screen has nothing of it. */
export function addConsole(server: Server, services: Services): void {
  const { index, assets } = filesOfConsole(services);
  server.register(
    async (scope: FastifyInstance) => {
      scope.addHook('onSend', async (_request, reply, payload) => {
        reply.headers(headers);
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
        return payload;
      });
      scope.setNotFoundHandler((_request, reply) => sendProblem(reply, notThere()));
      const routes = scope as unknown as Server;
      routes.get('/', { prefixTrailingSlash: 'no-slash', config: open, schema: hidden }, async (request, reply) => {
        if (index === undefined)
          throw new MenshenError('not-found', 'The operator’s page was not built. Run `npm run setup`.');
        return sendFile(request, reply, index);
      });
      routes.get('/', { prefixTrailingSlash: 'slash', config: open, schema: hidden }, async (_request, reply) =>
        reply.redirect('/console', 308),
      );
      routes.get('/*', { config: open, schema: hidden }, async (request, reply) => {
        const file = assets.get((request.params as { '*': string })['*']);
        if (file === undefined) throw notThere();
        return sendFile(request, reply, file);
      });
    },
    { prefix: '/console' },
  );
}

/** Fonts are those of the screen's page: Chinese shows on an operator's machine without Chinese fonts too. */
function filesOfConsole(services: Services) {
  const { index, assets } = readPageFiles(join(projectFolder, 'dist', 'console'));
  const fonts = readPageFiles(join(projectFolder, 'dist', 'kiosk'), (name) => name.startsWith('fonts')).assets;
  const json = (content: unknown): PageFile => pageFile(Buffer.from(JSON.stringify(content)), '.json');
  const { languages } = services;
  const texts = languages.list.map(
    ({ tag }) => [`texts/${tag}.json`, json(languages.texts(tag, 'console').all)] as const,
  );
  return { index, assets: new Map([...assets, ...fonts, ...texts, ['site.json', json(siteOf(services))] as const]) };
}

function siteOf({ config, version, languages }: Services): ConsoleSite {
  const { device, site, mode } = config;
  return { deviceId: device.id, siteName: site.name, mode, version, languages: languages.list };
}

const notThere = (): MenshenError => new MenshenError('not-found', 'The operator’s page has no such part.');
