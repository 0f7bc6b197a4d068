import type { Server } from '../../route.js';
import { screenToken } from '../cookie.js';
import { paired, type ScreenDesk, screenIdOf, tags } from '../desk.js';
import { siteView } from '../site-view.js';
import { ScreenStream, type StreamSource } from '../stream.js';

const maxStreams = 4;
const siteLookMs = 1_000;

/** What stands on the screen, and the stream of what changes. */
export function siteRoutes(server: Server, desk: ScreenDesk): void {
  const streams: ScreenStream[] = [];
  // What the report on obligations says of the screen is what the screen itself is told.
  desk.services.served.showsScreen(() => {
    const { methods, languages } = siteView(desk.services, desk.screen, desk.languages);
    return { methods: methods.map(({ method }) => method), languages: languages.map(({ tag }) => tag) };
  });
  server.get('/api/site', { config: paired, schema: { tags, summary: 'What the first screen shows' } }, async () =>
    siteView(desk.services, desk.screen, desk.languages),
  );
  server.get(
    '/api/stream',
    {
      exposeHeadRoute: false,
      config: paired,
      schema: { tags, summary: 'Events (server-sent): site, verification, proof, enrolment' },
    },
    async (request, reply) => {
      const token = screenToken(request) ?? '';
      const source = sourceOf(desk, screenIdOf(request), token);
      reply.hijack();
      // Whoever is gone already is not told of it again.
      if (reply.raw.destroyed) return;
      const stream = new ScreenStream(reply.raw, source, desk.services);
      streams.push(stream);
      reply.raw.on('close', () => streams.splice(streams.indexOf(stream), 1));
      if (streams.length > maxStreams) streams[0]?.end();
      stream.begin();
    },
  );
}

function sourceOf(desk: ScreenDesk, screenId: string, token: string): StreamSource {
  const { services, screen, languages, verifications, enrolments } = desk;
  const { clock } = services;
  let site = siteView(services, screen, languages);
  let lookedAtMs = clock.monotonicMs();
  return {
    state: () => {
      const enrolment = enrolments.of(screenId);
      // A guide is drawn ten times a second; what the site can do is not asked as often.
      if (clock.monotonicMs() - lookedAtMs >= siteLookMs) {
        site = siteView(services, screen, languages);
        lookedAtMs = clock.monotonicMs();
      }
      return {
        site,
        verification: verifications.current(),
        proof: verifications.proof(),
        ...(enrolment === undefined ? {} : { enrolment }),
      };
    },
    onChange: (run) => {
      const ends = [
        services.verifications.onChange(screen.doorId, run),
        services.audit.onAppend(run),
        enrolments.onChange(run),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    stillAllowed: () => services.apiKeys.identify(token) !== undefined,
  };
}
