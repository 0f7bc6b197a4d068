import type { FastifyRequest } from 'fastify';
import type { ScreenConfig } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import type { Server } from '../route.js';
import { idParameter, presentedCard, presentedPin } from '../schemas.js';
import type { Services } from '../services.js';
import { screenCookie, screenToken } from './cookie.js';
import type { ScreenLanguage } from './languages.js';
import { ScreenLimits } from './limits.js';
import { noticeDisplayed, pairingRequest, screenVerificationRequest } from './schemas.js';
import { siteView } from './site-view.js';
import { ScreenStream } from './stream.js';
import { ScreenVerifications } from './verifications.js';

export interface ScreenParts {
  readonly screen: ScreenConfig;
  readonly languages: readonly ScreenLanguage[];
  readonly secure: boolean;
}

const paired = { allow: ['kiosk'], screen: true, neverRemember: true } as const;
const open = { allow: 'anyone', screen: true, neverRemember: true } as const;
const tags = ['screen'];
const maxStreams = 4;

/** What the page may ask for (see contract.ts). */
export function addScreenApi(server: Server, services: Services, parts: ScreenParts): void {
  const limits = new ScreenLimits(services.clock);
  const verifications = new ScreenVerifications(services, parts.screen);
  addPairing(server, services, parts, limits);
  addSite(server, services, parts, verifications);
  addNotice(server, services, parts, limits);
  addVerifications(server, parts, verifications, limits);
}

function addPairing(server: Server, services: Services, { secure }: ScreenParts, limits: ScreenLimits): void {
  server.post(
    '/api/pairing',
    { config: open, schema: { tags, summary: 'Pair the screen with a one-time code', body: pairingRequest } },
    async (request, reply) => {
      limits.use('pairing', 'anyone');
      const { pairing, clock } = services;
      if (pairing === undefined) throw new MenshenError('not-found', 'This site has no screen.');
      const { secret, expiresAtMs } = pairing.redeem(request.body.code);
      const cookie = screenCookie(secret, { maxAgeMs: expiresAtMs - clock.wallMs(), secure });
      return reply.header('set-cookie', cookie).status(204).send();
    },
  );
}

function addSite(
  server: Server,
  services: Services,
  { screen, languages }: ScreenParts,
  verifications: ScreenVerifications,
): void {
  const streams: ScreenStream[] = [];
  const site = () => siteView(services, screen, languages);
  services.served.showsScreen(() => ({
    methods: site().methods.map(({ method }) => method),
    languages: site().languages.map(({ tag }) => tag),
  }));
  server.get('/api/site', { config: paired, schema: { tags, summary: 'What the first screen shows' } }, async () =>
    site(),
  );
  server.get(
    '/api/stream',
    { config: paired, schema: { tags, summary: 'The screen’s events (server-sent): site, verification, enrolment' } },
    async (request, reply) => {
      const token = screenToken(request) ?? '';
      reply.hijack();
      const source = {
        state: () => ({ site: site(), verification: verifications.current() }),
        onChange: (run: () => void) => {
          const ends = [services.verifications.onChange(screen.doorId, run), services.audit.onAppend(run)];
          return () => {
            for (const end of ends) end();
          };
        },
        stillAllowed: () => services.apiKeys.identify(token) !== undefined,
      };
      const stream = new ScreenStream(reply.raw, source, services);
      streams.push(stream);
      reply.raw.on('close', () => streams.splice(streams.indexOf(stream), 1));
      if (streams.length > maxStreams) streams[0]?.end();
      stream.begin();
    },
  );
}

function addNotice(server: Server, services: Services, { languages, screen }: ScreenParts, limits: ScreenLimits): void {
  server.post(
    '/api/notice/displayed',
    { config: paired, schema: { tags, summary: 'The whole notice stood on the screen (M5.0)', body: noticeDisplayed } },
    async (request, reply) => {
      const by = screenIdOf(request);
      limits.use('notice-displayed', by);
      checkLanguage(languages, request.body.language);
      if (request.body.hash !== services.notice.hash)
        throw new MenshenError('notice-outdated', 'The notice has changed since. Show the current one.');
      services.audit.append('notice.displayed', { ...request.body, doorId: screen.doorId, by });
      return reply.status(204).send();
    },
  );
}

function addVerifications(
  server: Server,
  { languages }: ScreenParts,
  verifications: ScreenVerifications,
  limits: ScreenLimits,
): void {
  server.post(
    '/api/verifications',
    { config: paired, schema: { tags, summary: 'Somebody wants to pass', body: screenVerificationRequest } },
    async (request, reply) => {
      limits.use('verification', screenIdOf(request));
      checkLanguage(languages, request.body.prompt.language);
      return reply.status(201).send(await verifications.start(request.body, screenIdOf(request)));
    },
  );
  server.post(
    '/api/verifications/:id/pin',
    { config: paired, schema: { tags, summary: 'Type a PIN', params: idParameter, body: presentedPin } },
    async (request) => {
      limits.use('credential', screenIdOf(request));
      return verifications.presentPin(request.params.id, request.body);
    },
  );
  server.post(
    '/api/verifications/:id/card',
    { config: paired, schema: { tags, summary: 'Show a card', params: idParameter, body: presentedCard } },
    async (request) => {
      limits.use('credential', screenIdOf(request));
      return verifications.presentCard(request.params.id, request.body.cardNumber);
    },
  );
  server.delete(
    '/api/verifications/:id',
    { config: paired, schema: { tags, summary: 'Cancel', params: idParameter } },
    async (request) => verifications.cancel(request.params.id),
  );
}

/** Id of the screen's API key. */
const screenIdOf = (request: FastifyRequest): string => callerOrThrow(request).id;

function checkLanguage(languages: readonly ScreenLanguage[], tag: string): void {
  if (languages.some((language) => language.tag === tag)) return;
  throw new MenshenError('body-invalid', `The screen speaks ${languages.map((one) => one.tag).join(', ')}.`);
}
