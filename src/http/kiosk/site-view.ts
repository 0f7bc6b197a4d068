import type { ScreenConfig } from '../../config/index.js';
import type { Services } from '../services.js';
import type { ScreenMethodView, SiteView, SiteWords } from './contract.js';
import type { ScreenLanguage } from './languages.js';

/** What the first screen shows. The order of the methods is the order on the screen, the face last (D4). */
export function siteView(services: Services, screen: ScreenConfig, languages: readonly ScreenLanguage[]): SiteView {
  const { config, notice } = services;
  const { site, credentials, face } = config;
  return {
    deviceId: config.device.id,
    mode: config.mode,
    version: services.version,
    doorId: screen.doorId,
    siteName: site.name,
    processor: { name: site.processor.name, contact: site.processor.contact },
    words: Object.fromEntries(languages.map(({ tag }) => [tag, wordsIn(services, tag)])),
    languages: languages.map(({ tag, name }) => ({ tag, name })),
    defaultLanguage: screen.defaultLanguage,
    methods: [
      ...(credentials.card.enabled ? [{ method: 'card', works: true } as const] : []),
      ...(credentials.pin.enabled ? [{ method: 'pin', works: true } as const] : []),
      ...faceMethod(services, screen.doorId),
    ],
    cardNeedsPin: credentials.card.pinRequired,
    faceMethod: face.method,
    faceNeedsCardOrPin: face.secondFactor === 'card-or-pin',
    minPinDigits: credentials.pin.minDigits,
    noticeVersion: notice.version,
    noticeHash: notice.hash,
    complaintContacts: site.complaintContacts,
    maxConsentDays: site.retention.maxDays,
    minorsEnrolled: site.minorsRules !== undefined,
    ...(config.http.publicUrl === undefined ? {} : { ownDataLink: true as const }),
  };
}

function wordsIn({ noticeTexts }: Services, language: string): SiteWords {
  const { purpose, accessibilityHelp } = noticeTexts.fields(language);
  return { purpose, accessibilityHelp };
}

/** Where the site or the door has no face at all, the screen does not speak of it. */
function faceMethod({ config, policy, vision }: Services, doorId: string): ScreenMethodView[] {
  const cameraId = config.doors.find(({ id }) => id === doorId)?.camera;
  if (!config.face.enabled || cameraId === undefined) return [];
  const mode = policy.site();
  if (!mode.on) return [{ method: 'face', works: false, reason: mode.reason }];
  const camera = vision?.cameras().find((one) => one.cameraId === cameraId);
  const dead = camera?.state === 'failed' || camera?.fault !== undefined;
  return [dead ? { method: 'face', works: false, reason: 'camera-unavailable' } : { method: 'face', works: true }];
}
