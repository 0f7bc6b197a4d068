import { chinaDayMs, MenshenError } from '../core/index.js';
import { checkAccess } from './check-access.js';
import { checkDeclarations } from './check-declarations.js';
import { checkRemoteCheck } from './check-remote-check.js';
import { checkPublicUrl } from './public-url.js';
import type { Config } from './schema.js';
import { checkSyslog } from './syslog-schema.js';

const privateSpaces: ReadonlySet<string> = new Set([
  'hotel-room',
  'bathroom',
  'toilet',
  'changing-room',
  'other-private-space',
]);

/** What the schema cannot say: rules between keys, and sites that the law does not allow. */
export function checkSite(config: Config): void {
  if (isPrivateSpace(config.site.type)) {
    refuse(`M13.4: no face recognition equipment inside private spaces (${config.site.type}). Remove the terminal.`);
  }
  if (config.site.access === 'public' && config.site.publicSafetyNecessity === undefined) {
    refuse('M13.1: a place open to the public needs site.publicSafetyNecessity.');
  }
  if (!config.credentials.pin.enabled && !config.credentials.card.enabled) {
    refuse('M10.1: the face is never the only way in. Enable credentials.pin or credentials.card.');
  }
  if (config.credentials.card.pinRequired && !config.credentials.pin.enabled) {
    refuse('credentials.card.pinRequired needs credentials.pin.enabled.');
  }
  if (config.face.maxFrames < config.face.minFrames) refuse('face.maxFrames is below face.minFrames.');
  checkDeclarations(config);
  checkPurposeEnd(config);
  checkDoors(config);
  checkAccess(config);
  checkRemoteCheck(config);
  checkScreen(config);
  checkListener(config);
  checkSyslog(config.syslog);
  if (config.mode === 'demonstration' && config.syslog !== undefined && !isLoopback(config.syslog.host))
    refuse('the demonstration site speaks to loopback only: syslog.host.');
  if (config.security.requireSigned.length > 0 && config.security.trustedSigners.length === 0)
    refuse('security.requireSigned needs at least one of security.trustedSigners.');
}

/**
 * Names every text that nobody has written yet, before anything else is looked at.
 *
 * @throws MenshenError `config-invalid`
 */
export function checkFilled(raw: unknown): void {
  const places = unfilled(raw, []).map((path) => path.join('.'));
  if (places.length === 0) return;
  throw new MenshenError(
    'config-invalid',
    `${places.length === 1 ? 'One place still says' : `${places.length} places still say`} FILL IN: ${places.join(', ')}. What stands there is printed in the notice: say it.`,
  );
}

function unfilled(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value === 'string') return value.includes('FILL IN') ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => unfilled(entry, [...path, key]));
}

/** A last day that no calendar has would never come. */
function checkPurposeEnd({ site: { purpose } }: Config): void {
  if (purpose.endsOn !== undefined && chinaDayMs(purpose.endsOn) === undefined)
    refuse(`site.purpose.endsOn: ${purpose.endsOn} is no day of the calendar (YYYY-MM-DD).`);
}

function checkDoors(config: Config): void {
  const cameras = new Set(config.cameras.map(({ id }) => id));
  if (cameras.size !== config.cameras.length) refuse('two cameras have the same id.');
  if (new Set(config.doors.map(({ id }) => id)).size !== config.doors.length) refuse('two doors have the same id.');
  for (const { id, camera } of config.doors) {
    if (camera !== undefined && !cameras.has(camera))
      refuse(`door ${id} names the camera ${camera}, which is not there.`);
  }
}

function checkScreen({ screen, doors, http }: Config): void {
  if (screen === undefined) return;
  if (!doors.some(({ id }) => id === screen.doorId))
    refuse(`screen.doorId names the door ${screen.doorId}, which is not there.`);
  if (screen.languages !== undefined && !screen.languages.includes(screen.defaultLanguage))
    refuse(`screen.defaultLanguage is ${screen.defaultLanguage}, which is not among screen.languages.`);
  if (screen.port !== undefined && screen.port !== 0 && screen.port === http.port)
    refuse('screen.port and http.port are the same.');
  if (screen.port === undefined && !isLoopback(http.host))
    refuse('the screen works on the device itself only: where http.host is not loopback, set screen.port.');
}

function checkListener(config: Config): void {
  if (config.http.publicUrl !== undefined) checkPublicUrl(config.http.publicUrl, config.mode);
  const { host, tls, panels } = config.http;
  if (panels === 'certificate' && tls === undefined)
    refuse('http.panels: certificate needs http.tls; a certificate is shown over TLS.');
  if (panels === 'certificate' && config.isapi.enabled)
    refuse('isapi.enabled: HTTP Digest shows no certificate, and http.panels asks panels for one. Choose one of them.');
  if (tls !== undefined && 'deviceAuthority' in tls && listenerNames(host, tls.names).length === 0)
    refuse(`http.tls.names: ${host} is no name that panels could ask for. List the names or addresses they use.`);
  if (isLoopback(config.http.host)) return;
  if (config.mode === 'demonstration') {
    throw new MenshenError(
      'listener-refused',
      'The demonstration site listens on loopback only. Set http.host to 127.0.0.1.',
    );
  }
  if (config.http.tls === undefined) {
    throw new MenshenError(
      'listener-refused',
      'Off loopback TLS is a must: set http.tls to { deviceAuthority: true } or to certificateFile and keyFile.',
    );
  }
}

/** Cameras of a live site that play files: a presentation attack of one's own. A demonstration is made of them. */
export function recordedCameras({ mode, cameras }: Pick<Config, 'mode' | 'cameras'>): Config['cameras'] {
  if (mode === 'demonstration') return [];
  return cameras.filter(({ source: { kind } }) => kind === 'recording' || kind === 'stills');
}

/** M13.4: no such place may have face recognition equipment. */
export function isPrivateSpace(siteType: Config['site']['type']): boolean {
  return privateSpaces.has(siteType);
}

/** Under which names and addresses the device's own certificate is valid: those listed, and the one listened on. */
export function listenerNames(host: string, names: readonly string[]): readonly string[] {
  const wildcard = host === '0.0.0.0' || host === '::';
  return [...new Set(wildcard ? names : [...names, host])];
}

/** True for 127.0.0.0/8 (also as a socket for both families names it), ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function refuse(why: string): never {
  throw new MenshenError('site-refused', why);
}
