import type { Config } from '../config/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import { type RightsRoute, rightsRoutesOf, type WithdrawalStep, withdrawalStepsOf } from './routes.js';

/**
 * The configuration that people are told and consent to: a change here is a new notice (M5.6), a change anywhere else
 * suspends nobody.
 */
export interface NoticeFields {
  readonly processorName: string;
  readonly contact: string;
  readonly purpose: string;
  readonly purposeCode: string;
  readonly method: '1:1' | '1:N';
  readonly dataTypes: readonly string[];
  readonly retentionDays: number;
  readonly retentionJustification: string;
  /** Erased earlier when unused for so long, where the site says so (M5.2, M8.3). */
  readonly inactivityDays?: number;
  /** ISO date after which the purpose is met and everything erased, where the site names one (P47). */
  readonly purposeEndsOn?: string;
  readonly storageLocation: 'this-device';
  readonly internetTransfer: false;
  readonly necessity: string;
  readonly impactOnRights: string;
  readonly alternatives: readonly ('pin' | 'card' | 'card+pin')[];
  /** The product's own ways, which work; what the site offers besides is its own word. */
  readonly rightsRoutes: readonly RightsRoute[];
  readonly otherRightsRoutes: readonly string[];
  readonly withdrawalSteps: readonly WithdrawalStep[];
  readonly minorsRule: string;
  readonly accessibilityHelp: string;
  readonly complaintContacts: readonly string[];
  readonly otherLegalMatters: string;
  readonly deviceId: string;
}

/** Generated from the running configuration, so the notice cannot say anything else than what runs (M5.2). */
export function noticeFields(config: Config): NoticeFields {
  const { site, face, credentials } = config;
  return {
    processorName: site.processor.name,
    contact: site.processor.contact,
    purpose: site.purpose.description,
    purposeCode: site.purpose.code,
    method: face.method,
    dataTypes: [
      'face-template',
      ...(credentials.pin.enabled ? ['person-number', 'pin'] : []),
      ...(credentials.card.enabled ? ['card-number'] : []),
    ],
    retentionDays: site.retention.maxDays,
    retentionJustification: site.retention.justification,
    ...(site.retention.inactivityDays === undefined ? {} : { inactivityDays: site.retention.inactivityDays }),
    ...(site.purpose.endsOn === undefined ? {} : { purposeEndsOn: site.purpose.endsOn }),
    storageLocation: 'this-device',
    internetTransfer: false,
    necessity: site.necessity,
    impactOnRights: site.impactOnRights,
    alternatives: alternativesOf(config),
    rightsRoutes: rightsRoutesOf(config),
    otherRightsRoutes: site.rightsRoutes,
    withdrawalSteps: withdrawalStepsOf(config),
    minorsRule: site.minorsRules ?? 'none-enrolled',
    accessibilityHelp: site.accessibilityHelp,
    complaintContacts: site.complaintContacts,
    otherLegalMatters: site.otherLegalMatters,
    deviceId: config.device.id,
  };
}

/** Hex BLAKE2b-256 of the fields' canonical JSON: what consents and assessments are bound to. */
export function noticeHash(fields: NoticeFields): string {
  return Buffer.from(hash(canonicalJson(fields))).toString('hex');
}

/** Hash of purpose, method and kinds of data alone: when these change, a new consent is needed (P14), not just a look. */
export function materialHash(fields: NoticeFields): string {
  const { purposeCode, method, dataTypes, processorName } = fields;
  return Buffer.from(hash(canonicalJson({ purposeCode, method, dataTypes, processorName }))).toString('hex');
}

function alternativesOf(config: Config): NoticeFields['alternatives'] {
  const { pin, card } = config.credentials;
  return [
    ...(pin.enabled ? (['pin'] as const) : []),
    ...(card.enabled ? ([card.pinRequired ? 'card+pin' : 'card'] as const) : []),
  ];
}
