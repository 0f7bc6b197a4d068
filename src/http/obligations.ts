import { sealedHead } from '../audit/index.js';
import { isPrivateSpace } from '../config/index.js';
import { noticeFields, noticeHash } from '../notice/index.js';
import type { Services } from './services.js';

type Status = 'met' | 'not-met' | 'attested';

interface ObligationRow {
  readonly id: string;
  readonly obligation: string;
  readonly status: Status;
  readonly evidence: string;
}

/** The obligations that this version can answer for from its own state. The full table is a later step, and it says so. */
export function obligations(services: Services): { covers: string; rows: ObligationRow[] } {
  const { config, policy, notice, store, clockGuard } = services;
  const assessment = policy.assessment();
  const unmeasured = policy.unmeasured();
  const row = (id: string, obligation: string, met: boolean, evidence: string): ObligationRow => ({
    id,
    obligation,
    status: met ? 'met' : 'not-met',
    evidence,
  });
  const attested = (id: string, obligation: string, evidence: string): ObligationRow => ({
    id,
    obligation,
    status: 'attested',
    evidence,
  });
  const { lawfulUse } = config.site;
  const told = services.announcement.state();
  return {
    covers: 'obligations this version checks by itself; rows that are not listed are not assessed here',
    rows: [
      attested('M3', 'lawful, ethical, honest use', `declared by ${lawfulUse.by} on ${lawfulUse.on}`),
      row(
        'M4.1',
        'one specific purpose',
        notice.fields.purposeCode === config.site.purpose.code,
        `purpose ${config.site.purpose.code}; other purposes are refused`,
      ),
      row(
        'M4.3',
        'the method with the least impact',
        config.face.method === '1:1' || assessment.state === 'valid',
        `method ${config.face.method}`,
      ),
      told.how === 'posted'
        ? attested('M5.0', 'people are told before processing', `posted according to ${told.by} on ${told.on}`)
        : row(
            'M5.0',
            'people are told before processing',
            told.how !== 'not-yet',
            told.how === 'not-yet' ? told.detail : `notice ${notice.hash}: ${told.how}`,
          ),
      row(
        'M5.2',
        'the notice states what runs',
        noticeHash(noticeFields(config)) === notice.hash,
        `notice ${notice.version}, hash ${notice.hash}`,
      ),
      row(
        'M8.3',
        'kept for the shortest time',
        clockGuard.status().trusted,
        `at most ${config.site.retention.maxDays} days; ${config.site.retention.justification}`,
      ),
      row(
        'M9.1',
        'impact assessment beforehand',
        assessment.state === 'valid',
        assessment.state === 'valid' ? `assessment ${assessment.hash}` : assessment.why,
      ),
      row(
        'M10.1',
        'face is not the only way',
        config.credentials.pin.enabled || config.credentials.card.enabled,
        `alternatives: ${notice.fields.alternatives.join(', ')}`,
      ),
      ...(unmeasured === undefined
        ? []
        : [
            attested(
              'D15',
              'precision is assessed',
              `extrapolated: a false match rate of ${unmeasured.wantedFmr}, below what evaluation ${unmeasured.evaluation} measured, accepted by ${unmeasured.acceptedBy} on ${unmeasured.on}: ${unmeasured.statement}`,
            ),
          ]),
      row('M13.4', 'not in private spaces', !isPrivateSpace(config.site.type), `site type ${config.site.type}`),
      row(
        'M14.1',
        'encryption',
        typeof sealedHead(store) === 'object',
        `store epoch ${store.vault.epoch}, XChaCha20-Poly1305`,
      ),
    ],
  };
}
