import { type AuditBody, type AuditKind, type AuditPort, type Logger, MenshenError } from '../core/index.js';

/**
 * For entries that nothing hangs on (a camera came back, somebody knocked): on a full disk they go to the log instead,
 * so that their failure ends neither the request nor the daemon. Never for grants, consents or erasures.
 */
export function bestEffortAudit(audit: AuditPort, logger: Logger): AuditPort {
  return {
    append(kind: AuditKind, body: AuditBody) {
      try {
        return audit.append(kind, body);
      } catch (thrown) {
        if (!(thrown instanceof MenshenError)) throw thrown;
        logger.log('error', 'audit.not-recorded', { kind, why: thrown.code });
        return { seq: 0 };
      }
    },
  };
}
