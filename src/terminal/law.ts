/** The rooms in which the law's records are kept, and what they look after by themselves. */
import { ComplaintRegister, StaffCalls } from '../complaint/index.js';
import type { Config } from '../config/index.js';
import type { AuditPort, Clock, Randomness } from '../core/index.js';
import type { Services } from '../http/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';

export interface LawParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly randomness: Randomness;
}

export interface LawRooms {
  readonly services: Pick<Services, 'complaints' | 'staffCalls'>;
  /** Reminds of deadlines and removes what is past its keeping period; nothing of it while the clock is in doubt. */
  look(): void;
}

export function openLawRooms(parts: LawParts): LawRooms {
  const { config, clockGuard } = parts;
  const complaints = new ComplaintRegister({
    ...parts,
    deviceId: config.device.id,
    contacts: config.site.complaintContacts,
  });
  const staffCalls = new StaffCalls(parts);
  return {
    services: { complaints, staffCalls },
    look: () => {
      if (!clockGuard.status().trusted) return;
      complaints.remind();
      complaints.prune(clockGuard.trustedMs());
      staffCalls.prune(clockGuard.trustedMs());
    },
  };
}
