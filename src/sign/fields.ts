import type { Config } from '../config/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { CurrentNotice, NoticeFields } from '../notice/index.js';

export interface CaptureZonePicture {
  readonly cameraId: string;
  /** Of the camera's picture. */
  readonly aspectRatio: number;
  /** Corners in 0..1 of the picture. */
  readonly polygon: readonly { readonly x: number; readonly y: number }[];
}

/** What stands on the sign (M13.3), but for the words of a language. */
export interface SignFields
  extends Pick<
    NoticeFields,
    'processorName' | 'contact' | 'purpose' | 'alternatives' | 'retentionDays' | 'complaintContacts' | 'deviceId'
  > {
  readonly captureZones: readonly CaptureZonePicture[];
  readonly noticeHash: string;
  /** Where a phone on the LAN finds the full notice. */
  readonly noticeUrl: string | null;
  /** Whether the gate has a screen of its own. */
  readonly screen: boolean;
}

export function signFields(config: Config, { fields, hash: noticeHash }: CurrentNotice): SignFields {
  const { processorName, contact, purpose, alternatives, retentionDays, complaintContacts, deviceId } = fields;
  return {
    ...{ processorName, contact, purpose, alternatives, retentionDays, complaintContacts, deviceId },
    captureZones: config.cameras.map(({ id, source, captureZone }) => ({
      cameraId: id,
      aspectRatio: aspectRatioOf(source),
      polygon: captureZone.polygon,
    })),
    noticeHash,
    noticeUrl: config.http.publicUrl === undefined ? null : `${config.http.publicUrl}/v1/notice/page`,
    screen: fields.rightsRoutes.includes('screen'),
  };
}

/** Hex BLAKE2b-256: what `site.signPosted.signHash` names. */
export const signHash = (fields: SignFields): string => hex({ ...fields });

/** Hex BLAKE2b-256 of the capture zones and of the distance limit: the evidence for M13.2. */
export function captureZoneHash({ cameras, face }: Pick<Config, 'cameras' | 'face'>): string {
  return hex({
    zones: cameras.map(({ id, captureZone }) => ({ id, polygon: captureZone.polygon })),
    minInterEyeDistancePx: face.minInterEyeDistancePx ?? null,
  });
}

const hex = (value: object): string => Buffer.from(hash(canonicalJson(value))).toString('hex');

const usualAspectRatio = 4 / 3;

function aspectRatioOf(source: Config['cameras'][number]['source']): number {
  const { width, height } = { width: undefined, height: undefined, ...source };
  return width === undefined || height === undefined ? usualAspectRatio : width / height;
}
