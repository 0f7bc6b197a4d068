/** The gate's screen: its page under `/kiosk`, and what the page may ask for under `/kiosk/api`. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ScreenConfig } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import type { Languages } from '../../language/index.js';
import { projectFolder } from '../../platform/index.js';
import type { DenialLog } from '../denials.js';
import { type PageFile, pageFile, readPageFiles } from '../page-files.js';
import { sendProblem } from '../problems.js';
import type { Server } from '../route.js';
import type { Services } from '../services.js';
import { addScreenApi } from './api.js';
import { ScreenDesk } from './desk.js';
import { guardScreen } from './guard.js';
import { type ScreenLanguage, screenLanguages } from './languages.js';
import { addScreenPages } from './pages.js';

export interface ScreenOptions {
  readonly screen: ScreenConfig;
  readonly denials: DenialLog;
  /** Whether the listener speaks TLS. */
  readonly secure: boolean;
}

/** Everything below `/kiosk`; where the configuration has no `screen` this is not called and there is nothing. */
export function addScreen(server: Server, services: Services, options: ScreenOptions): void {
  const { screen, denials, secure } = options;
  const languages = screenLanguages(services.languages, screen);
  const files = readPageFiles(join(projectFolder, 'dist', 'kiosk'));
  server.register(
    async (scope: FastifyInstance) => {
      guardScreen(scope, denials);
      scope.setNotFoundHandler((_request, reply) =>
        sendProblem(reply, new MenshenError('not-found', 'There is no such part of the screen.')),
      );
      // The scope inherits the validators of the server it belongs to.
      const routes = scope as unknown as Server;
      addScreenPages(routes, files, textsOf(services.languages, languages));
      addScreenApi(routes, new ScreenDesk(services, { screen, languages, secure }));
    },
    { prefix: '/kiosk' },
  );
}

/** By the name of a language's file; none while a language has no texts for the screen. */
function textsOf(languages: Languages, offered: readonly ScreenLanguage[]): ReadonlyMap<string, PageFile> {
  if (!languages.files.includes('kiosk')) return new Map();
  return new Map(
    offered.map(({ tag }) => [
      `${tag}.json`,
      pageFile(Buffer.from(JSON.stringify(languages.texts(tag, 'kiosk').all)), '.json'),
    ]),
  );
}
