import type { AuditPort } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Store } from '../store/index.js';
import { materialHash, type NoticeFields, noticeHash } from './fields.js';

export interface CurrentNotice {
  readonly version: number;
  readonly hash: string;
  readonly materialHash: string;
  readonly effectiveAtMs: number;
  readonly fields: NoticeFields;
}

/** Records the running configuration's notice as a new version when it differs from the last one. */
export function publishNotice(store: Store, audit: AuditPort, fields: NoticeFields, nowMs: number): CurrentNotice {
  const hash = noticeHash(fields);
  const last = store.documents.newest('notice');
  if (last?.hash === hash)
    return { version: last.version, hash, materialHash: materialHash(fields), effectiveAtMs: last.atMs, fields };
  const version = store.transaction(() => {
    const added = store.documents.add('notice', hash, canonicalJson(fields), nowMs);
    audit.append('notice.changed', { version: added, hash, previous: last?.hash ?? null });
    return added;
  });
  return { version, hash, materialHash: materialHash(fields), effectiveAtMs: nowMs, fields };
}
