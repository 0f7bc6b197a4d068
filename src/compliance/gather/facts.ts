import type { ApiKeyRing } from '../../access/index.js';
import { type Config, facesGoToStaff, isPrivateSpace, recordedCameras } from '../../config/index.js';
import type { Clock, Randomness } from '../../core/index.js';
import type { IdentificationGallery } from '../../gallery/index.js';
import {
  type Announcement,
  type CurrentNotice,
  type NoticeAnnouncement,
  noticeFields,
  noticeHash,
} from '../../notice/index.js';
import type { FacePolicy } from '../../policy/index.js';
import type { Store } from '../../store/index.js';
import type { ClockGuard } from '../../timekeeping/index.js';
import type { Vision } from '../../vision/index.js';
import type { DeclarationRegister } from '../declarations.js';
import type { AnnouncementFacts, ComplianceFacts, FaceFacts, KeyFacts, NoticeFacts, RunningPack } from '../facts.js';
import type { ServedInterface } from '../interface.js';
import { assessmentFacts } from './assessment.js';
import { auditFacts } from './audit-walk.js';
import { keepingFacts } from './keeping.js';
import { type RoomSources, roomFacts } from './other-rooms.js';
import { peopleFacts } from './people.js';
import { pictureFiles } from './picture-files.js';
import { protectionFacts } from './protection.js';

/** Where the facts come from: the terminal's own services, and what other rooms say of themselves. */
export interface ComplianceSources extends RoomSources {
  readonly config: Config;
  readonly version: string;
  readonly store: Store;
  readonly announcement: NoticeAnnouncement;
  readonly policy: FacePolicy;
  readonly apiKeys: ApiKeyRing;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly randomness: Randomness;
  readonly declarations: DeclarationRegister;
  readonly served: ServedInterface;
}

/** Asks everything once; what comes back changes no more, and the whole table is judged on it. */
export async function gatherFacts(sources: ComplianceSources): Promise<ComplianceFacts> {
  const { config, store, notice, policy, clock, vision, declarations, randomness } = sources;
  const madeAt = new Date(clock.wallMs()).toISOString();
  const mode = policy.site();
  return {
    madeAt,
    today: madeAt.slice(0, 10),
    deviceId: config.device.id,
    mode: config.mode,
    recordedCameras: recordedCameras(config).map(({ id }) => id),
    version: sources.version,
    site: config.site,
    privateSpace: isPrivateSpace(config.site.type),
    writtenConsentRequired: config.site.writtenConsentRequired,
    face: faceFacts(sources, mode),
    notice: noticeFacts(config, notice),
    announcement: announcementFacts(sources.announcement.state()),
    assessment: assessmentFacts(store, policy),
    people: await peopleFacts(sources),
    keeping: keepingFacts(sources),
    interface: { routes: sources.served.routes(), pictureFiles: pictureFiles(config.store.folder) },
    keys: keyFacts(sources.apiKeys, clock.wallMs()),
    protection: protectionFacts(config, randomness),
    declarations: declarations.facts(),
    reviews: {
      required: facesGoToStaff(config),
      waiting: store.registers.count('staff-review', 'waiting'),
      decided: store.registers.count('staff-review', 'decided'),
    },
    pack: packOf(vision),
    screen: sources.served.screen(),
    ...(await roomFacts(sources)),
    // Last: it walks the whole chain, and everything before it is seen in it.
    audit: await auditFacts(store, methodsOf(config), declarations.reviewedSinceMs()),
  };
}

function faceFacts({ config, policy, vision }: ComplianceSources, mode: ReturnType<FacePolicy['site']>): FaceFacts {
  const { face, credentials, cameras } = config;
  return {
    enabled: face.enabled,
    on: mode.on,
    offBecause: mode.on ? undefined : { reason: mode.reason, detail: mode.detail },
    method: face.method,
    identificationJustification: face.identificationJustification,
    secondFactor: face.secondFactor,
    activeChallenge: face.activeChallenge,
    attackDetection: face.attackDetection,
    cameras: cameras.map(({ id, captureZone }) => ({
      id,
      zoneShare: areaOf(captureZone.polygon),
      zoneCorners: captureZone.polygon.length,
    })),
    minInterEyeDistancePx: face.minInterEyeDistancePx ?? vision?.facts()?.limits.minInterEyeDistancePx,
    alternatives: [
      ...(credentials.pin.enabled ? (['pin'] as const) : []),
      ...(credentials.card.enabled ? (['card'] as const) : []),
    ],
    alternativesWork: policy.alternativeWorks(),
    unmeasured: policy.unmeasured(),
  };
}

/** Share of the picture, by the shoelace formula. */
function areaOf(polygon: readonly { readonly x: number; readonly y: number }[]): number {
  const doubled = polygon.reduce((sum, { x, y }, index) => {
    const next = polygon[(index + 1) % polygon.length] ?? { x, y };
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(doubled) / 2;
}

function noticeFacts(config: Config, notice: CurrentNotice): NoticeFacts {
  return {
    version: notice.version,
    hash: notice.hash,
    effectiveAt: new Date(notice.effectiveAtMs).toISOString(),
    fields: notice.fields,
    hashOfConfiguration: noticeHash(noticeFields(config)),
    materialHash: notice.materialHash,
  };
}

function announcementFacts(announcement: Announcement): AnnouncementFacts {
  switch (announcement.how) {
    case 'displayed':
      return { how: 'displayed', at: new Date(announcement.atMs).toISOString(), language: announcement.language };
    case 'not-yet':
      return { how: 'not-yet', detail: announcement.detail };
    default:
      return { how: announcement.how };
  }
}

const longestKeyMs = 730 * 86_400_000;

function keyFacts(apiKeys: ApiKeyRing, nowMs: number): KeyFacts {
  const valid = apiKeys.list().filter((key) => key.revokedAtMs === undefined && key.expiresAtMs > nowMs);
  return {
    valid: valid.length,
    tooLong: valid.filter(({ createdAtMs, expiresAtMs }) => expiresAtMs - createdAtMs > longestKeyMs).length,
  };
}

function packOf(vision: Vision | undefined): RunningPack | undefined {
  const facts = vision?.facts();
  if (facts === undefined) return undefined;
  const { packId, packHash, modelId, roles, thresholds, pad } = facts;
  return {
    ...{ packId, packHash, modelId, roles },
    evaluations: [...new Set(thresholds.map(({ evaluation }) => evaluation.id))],
    padEvaluation: pad.evaluation,
  };
}

function methodsOf({ face, credentials: { pin, card } }: Config): readonly string[] {
  return [
    ...(card.enabled && !card.pinRequired ? ['card'] : []),
    ...(pin.enabled ? ['pin'] : []),
    ...(card.enabled && pin.enabled ? ['card+pin'] : []),
    ...(face.enabled ? ['face'] : []),
  ];
}
